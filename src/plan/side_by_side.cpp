#include "plan/side_by_side.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "plan/merge_status.hpp"

namespace oms::plan {
namespace {

constexpr std::size_t shown_length_max = 300;
constexpr std::string_view status_name = "Status";
constexpr std::string_view voucher_name = "Voucher";
constexpr std::string_view voucher_field = "CP_VoucherID";
constexpr std::string_view as_written = "as the marketplace has it";
constexpr std::string_view written_otherwise = "another value";
constexpr std::string_view empty = "empty";
constexpr std::string_view set = "set";
constexpr std::string_view set_another = "set, another one";

std::string shown(const std::string& text) {
    return truncate(one_line(clean(text)), shown_length_max);
}

/// `In Progress (3)`; `(3)` where its name is not known.
std::string jira_status(const StatusId& id, const std::string& name) {
    return name.empty() ? fmt::format("({})", id.value) : fmt::format("{} ({})", name, id.value);
}

template <class Key>
const Key* option_key(const std::map<Key, std::string>& options, const std::string& id) {
    for (const auto& [key, value] : options)
        if (value == id) return &key;
    return nullptr;
}

/// What an option means, as far as the configuration tells; else its id.
std::string
option_shown(const Settings& settings, const std::string& field, const std::string& id) {
    if (field == "CP_INeedAVoucher") {
        const bool* wanted = option_key(settings.voucher_options, id);
        if (wanted != nullptr) return *wanted ? "yes" : "no";
    }
    const auto& options =
        field == "SO_OfferType" ? settings.offer_type_options : settings.typology_options;
    const std::string* name = option_key(options, id);
    return name != nullptr ? *name : "option " + id;
}

class Rows {
public:
    Rows(const Settings& settings, const View& view) : settings_{settings}, view_{view} {}

    void status();
    void issue();
    void voucher();
    void fields();
    void texts();
    [[nodiscard]] std::vector<SideRow> take() { return std::move(rows_); }

private:
    [[nodiscard]] FieldValues wanted() const;
    void field(const std::string& name, const std::string& id, const FieldValue& value);
    [[nodiscard]] std::optional<std::string> jira_value(const std::string& name) const;
    [[nodiscard]] bool knows(const Message& message) const;
    [[nodiscard]] bool knows(const Comment& comment) const;

    const Settings& settings_;
    const View& view_;
    std::vector<SideRow> rows_;
};

void Rows::status() {
    if (!view_.subject.is_order()) {
        if (!view_.issue) return;
        rows_.push_back(
            {.name = std::string{status_name},
             .jira = jira_status(view_.issue->status, view_.issue->status_name),
             .note = "a project has no status in the marketplace"}
        );
        return;
    }
    SideRow row{.name = std::string{status_name}};
    if (view_.order) row.marketplace = to_text(view_.order->status);
    if (view_.issue) row.jira = jira_status(view_.issue->status, view_.issue->status_name);
    if (view_.link && view_.link->base_status) row.base = to_text(*view_.link->base_status);
    if (view_.link && view_.link->not_ours)
        row.note = "another OMS's order: Jira's status is not carried back";
    rows_.push_back(std::move(row));
}

void Rows::issue() {
    SideRow key{.name = "Issue"};
    if (view_.link && !view_.link->issue_key.empty()) key.base = view_.link->issue_key.value;
    if (view_.issue) key.jira = view_.issue->key.value;
    if (view_.issue_gone) key.note = "deleted, or hidden from our account";
    if (view_.marketplace_gone) key.note = "the marketplace does not have it, or not for us";
    rows_.push_back(std::move(key));
    if (!view_.issue) return;
    rows_.push_back({.name = "Labels", .jira = shown(join(view_.issue->labels, ", "))});
}

void Rows::voucher() {
    if (!view_.subject.is_order() || !reads_voucher(settings_)) return;
    SideRow row{
        .name = std::string{voucher_name},
        .note = "the marketplace hides it when read; its value is never shown"};
    if (view_.order && view_.order->supplied_voucher_id)
        row.marketplace = view_.order->supplied_voucher_id->empty() ? empty : set;
    const auto& base = view_.link ? view_.link->base_voucher : std::nullopt;
    if (base) row.base = base->empty() ? empty : set;
    if (view_.issue) {
        const std::string there = trim(view_.issue->voucher);
        const bool another = base && !trim(*base).empty() && trim(*base) != there;
        row.jira = there.empty() ? empty : (another ? set_another : set);
    }
    rows_.push_back(std::move(row));
}

/// What the issue's fields would be, of what was read of the marketplace.
FieldValues Rows::wanted() const {
    if (view_.subject.is_project())
        return view_.project ? project_fields(settings_, *view_.project) : FieldValues{};
    if (!view_.order) return {};
    FieldValues values =
        order_fields(settings_, view_.project.value_or(Project{}), *view_.order, false);
    if (!view_.project) values.erase("summary");
    return values;
}

std::optional<std::string> Rows::jira_value(const std::string& name) const {
    if (!view_.issue) return std::nullopt;
    if (name == "Order_reference") return shown(view_.issue->order_reference);
    if (name == "SO_ProjectName") return shown(view_.issue->project_name);
    return std::nullopt;
}

void Rows::field(const std::string& name, const std::string& id, const FieldValue& value) {
    SideRow row{.name = name, .jira = jira_value(name)};
    row.marketplace = value.kind == FieldValue::Kind::option
                          ? option_shown(settings_, name, value.text)
                          : shown(value.text);
    if (view_.subject.is_project() && view_.link && !view_.link->fields_written.empty()) {
        const auto& written = view_.link->fields_written;
        const auto before = written.find(id);
        const bool same =
            before != written.end() && before->second == hashes_of({{id, value}}).at(id);
        row.base = same ? as_written : written_otherwise;
    }
    if (view_.subject.is_order()) row.note = "written once, when the issue is made";
    rows_.push_back(std::move(row));
}

void Rows::fields() {
    const FieldValues values = wanted();
    const auto summary = values.find("summary");
    if (summary != values.end()) field("Summary", "summary", summary->second);
    if (view_.issue) {
        const std::string there = shown(view_.issue->summary);
        if (summary == values.end()) {
            rows_.push_back({.name = "Summary", .jira = there});
        } else {
            rows_.back().jira = there;
        }
    }
    for (const auto& [name, id] : settings_.field_ids) {
        if (name == voucher_field) continue;
        const auto value = values.find(id);
        if (value != values.end()) {
            field(name, id, value->second);
        } else if (const auto there = jira_value(name); there && !there->empty()) {
            rows_.push_back({.name = name, .jira = there});
        }
    }
}

bool Rows::knows(const Message& message) const {
    return std::ranges::any_of(view_.comment_links, [&](const CommentLink& link) {
        return link.message == message.id;
    });
}

bool Rows::knows(const Comment& comment) const {
    return std::ranges::any_of(view_.comment_links, [&](const CommentLink& link) {
        return link.comment == comment.id;
    });
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// A look may read only the newest messages: those known from before count with them.
void Rows::texts() {
    std::set<MessageId> messages;
    std::set<CommentId> comments;
    std::set<MessageId> carried;
    for (const CommentLink& link : view_.comment_links) {
        if (link.message) messages.insert(*link.message);
        if (link.state != CommentState::carried) continue;
        if (!link.comment.empty()) comments.insert(link.comment);
        if (link.message) carried.insert(*link.message);
    }
    SideRow row{.name = "Messages and comments"};
    if (view_.messages) {
        for (const Message& message : *view_.messages) {
            messages.insert(message.id);
            row.differs = row.differs || !knows(message);
        }
        row.marketplace = counted(messages.size(), "message");
    }
    if (view_.comments) {
        for (const Comment& comment : *view_.comments) {
            comments.insert(comment.id);
            row.differs = row.differs || !knows(comment);
        }
        row.jira = counted(comments.size(), "comment");
    }
    if (view_.link) row.base = fmt::format("{} carried", carried.size());
    if (row.differs) row.note = "some are new to us";
    if (row.marketplace || row.jira) rows_.push_back(std::move(row));
}

bool has_read(const View& view) {
    return view.order || view.issue || view.messages || view.comments || view.marketplace_gone ||
           view.issue_gone || (view.subject.is_project() && view.project);
}

/// Where `jira` ends with the id of the status that is mapped to it.
bool status_differs(const Settings& settings, const SideRow& row) {
    if (!row.marketplace || !row.jira) return false;
    const auto status = parse_status(*row.marketplace);
    if (!status) return false;
    const auto mapped = jira_status_of(settings, *status);
    // It has no counterpart in Jira: whatever is there does not contradict it.
    return mapped && !row.jira->ends_with(fmt::format("({})", mapped->value));
}

bool is_different(const Settings& settings, const SideRow& row) {
    if (row.name == status_name) return status_differs(settings, row);
    if (row.name == "Messages and comments") return row.differs;
    if (row.name == voucher_name) return row.base && row.jira && *row.base != *row.jira;
    if (row.name == "Issue") return row.base && row.jira && *row.base != *row.jira;
    if (row.base == written_otherwise) return true;
    return row.marketplace && row.jira && *row.marketplace != *row.jira;
}

json::value or_null(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

std::optional<std::string> text_in(const json::value& row, std::string_view name) {
    const auto& value = json::at(row, name);
    if (value.is_null()) return std::nullopt;
    return json::text_or_empty(value);
}

}  // namespace

std::vector<SideRow> side_by_side(const Settings& settings, const View& view) {
    if (!has_read(view)) return {};
    Rows rows{settings, view};
    rows.status();
    rows.issue();
    rows.voucher();
    rows.fields();
    rows.texts();
    return with_news(settings, {}, rows.take());
}

std::vector<SideRow>
with_news(const Settings& settings, std::vector<SideRow> known, const std::vector<SideRow>& news) {
    for (const SideRow& row : news) {
        const auto before = std::ranges::find(known, row.name, &SideRow::name);
        if (before == known.end()) {
            known.push_back(row);
            continue;
        }
        SideRow merged = row;
        if (!row.marketplace) merged.marketplace = before->marketplace;
        if (!row.jira) merged.jira = before->jira;
        if (!row.base) merged.base = before->base;
        *before = std::move(merged);
    }
    for (SideRow& row : known)
        row.differs = is_different(settings, row);
    return known;
}

View carried_out(const Settings& settings, View view, const Plan& plan) {
    for (const Step& step : plan.steps) {
        if (const auto* move = std::get_if<MoveIssue>(&step); move != nullptr && view.issue) {
            view.issue->status = move->to;
            view.issue->status_name = to_text(move->status);
        }
        if (const auto* patch = std::get_if<PatchOrder>(&step); patch != nullptr && view.order) {
            if (patch->status) view.order->status = *patch->status;
        }
        if (const auto* edit = std::get_if<EditIssue>(&step); edit != nullptr && view.issue) {
            const auto summary = edit->fields.find("summary");
            if (summary != edit->fields.end()) view.issue->summary = summary->second.text;
            const auto name = settings.field_ids.find("SO_ProjectName");
            if (name == settings.field_ids.end()) continue;
            const auto value = edit->fields.find(name->second);
            if (value != edit->fields.end()) view.issue->project_name = value->second.text;
        }
    }
    return view;
}

Heading heading_of(const View& view) {
    Heading heading;
    if (view.order) heading.title = shown(view.order->service.value_or(view.order->offer));
    if (!view.project) return heading;
    if (view.subject.is_project()) heading.title = shown(view.project->name);
    const Owner& owner = view.project->owner;
    heading.customer = shown(trim(owner.first_name + " " + owner.last_name));
    if (heading.customer.empty()) heading.customer = shown(owner.name);
    heading.email = shown(owner.email);
    return heading;
}

std::string rows_text(const std::vector<SideRow>& rows) {
    json::array list;
    for (const SideRow& row : rows) {
        list.push_back(json::object{
            {"name", row.name},
            {"marketplace", or_null(row.marketplace)},
            {"base", or_null(row.base)},
            {"jira", or_null(row.jira)},
            {"differs", row.differs},
            {"note", row.note}});
    }
    return json::write(list);
}

std::vector<SideRow> parse_rows(const std::string& text) {
    std::vector<SideRow> rows;
    const auto parsed = json::parse(text);
    if (!parsed) return rows;
    for (const json::value& row : json::elements(*parsed)) {
        rows.push_back(
            {.name = json::text_or_empty(json::at(row, "name")),
             .marketplace = text_in(row, "marketplace"),
             .base = text_in(row, "base"),
             .jira = text_in(row, "jira"),
             .differs = json::boolean(json::at(row, "differs")).value_or(false),
             .note = json::text_or_empty(json::at(row, "note"))}
        );
    }
    return rows;
}

}  // namespace oms::plan
