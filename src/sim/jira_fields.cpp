#include "sim/jira_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_document.hpp"

namespace oms::sim {
namespace {

constexpr std::size_t line_units_max = 255;

/// Reads the two halves of a body into one edit and collects what is wrong.
class EditReader {
public:
    EditReader(const JiraModel& model, const std::set<std::string>& screen, const JiraRow& before)
        : model_{model},
          screen_{screen},
          before_{before} {}

    JiraOutcome<JiraEdit> read(const json::value& body) {
        const json::value& fields = json::at(body, "fields");
        const json::value& update = json::at(body, "update");
        if (const json::object* members = fields.if_object()) {
            for (const auto& member : *members)
                set(std::string{member.key()}, member.value());
        }
        if (const json::object* members = update.if_object()) {
            for (const auto& member : *members) {
                const std::string id{member.key()};
                if (!json::at(fields, id).is_null()) {
                    errors_[id] =
                        fmt::format("Field '{}' cannot appear in both 'fields' and 'update'", id);
                    continue;
                }
                for (const json::value& operation : json::elements(member.value()))
                    operate(id, operation);
            }
        }
        if (!errors_.empty()) return JiraRefused{JiraRefusal{.errors = std::move(errors_)}};
        return std::move(edit_);
    }

private:
    void operate(const std::string& id, const json::value& operation) {
        const json::object* members = operation.if_object();
        if (members == nullptr || members->size() != 1) {
            errors_[id] = "Operation must be an object with one key";
            return;
        }
        const std::string verb{members->begin()->key()};
        const json::value& value = members->begin()->value();
        if (id == "comment" && verb == "add") {
            edit_.comments.push_back(value);
        } else if (verb == "set") {
            set(id, value);
        } else if (id == "labels" && (verb == "add" || verb == "remove") && allowed(id)) {
            change_labels(verb, json::text_or_empty(value));
        } else if (allowed(id)) {
            errors_[id] = fmt::format("Field '{}' does not support operation '{}'", id, verb);
        }
    }

    void change_labels(const std::string& verb, const std::string& label) {
        if (!label_is_good(label)) return;
        if (!edit_.labels) edit_.labels = before_.labels;
        std::erase(*edit_.labels, label);
        if (verb == "add") edit_.labels->push_back(label);
    }

    void set(const std::string& id, const json::value& value) {
        if (id == "project" || id == "issuetype" || !allowed(id)) return;
        const JiraField& field = *model_.site.field(id);
        switch (field.kind) {
        case JiraFieldKind::labels: set_labels(value); return;
        case JiraFieldKind::epic_link: set_epic(id, value); return;
        case JiraFieldKind::parent: set_parent(value); return;
        case JiraFieldKind::select: set_option(field, value); return;
        case JiraFieldKind::text:
        case JiraFieldKind::area:
        case JiraFieldKind::epic_name: set_text(field, value); return;
        }
    }

    /// Off the screen and unknown are the same to Jira, and so is a missing permission.
    bool allowed(const std::string& id) {
        if (screen_.contains(id) && model_.site.field(id) != nullptr) return true;
        errors_[id] = fmt::format(
            "Field '{}' cannot be set. It is not on the appropriate screen, or unknown.", id
        );
        return false;
    }

    bool label_is_good(const std::string& label) {
        if (label.find(' ') != std::string::npos) {
            errors_["labels"] =
                fmt::format("The label '{}' contains spaces which is invalid.", label);
        } else if (utf16_length(label) > line_units_max) {
            errors_["labels"] = fmt::format(
                "The label '{}' exceeds the maximum length for a single label of 255 characters.",
                label
            );
        } else {
            return true;
        }
        return false;
    }

    void set_labels(const json::value& value) {
        std::vector<std::string> labels;
        if (!value.is_array() && !value.is_null()) {
            errors_["labels"] = "data was not an array";
            return;
        }
        for (const json::value& element : json::elements(value)) {
            const std::string label = json::text_or_empty(element);
            if (!label_is_good(label)) return;
            if (std::ranges::find(labels, label) == labels.end()) labels.push_back(label);
        }
        edit_.labels = std::move(labels);
    }

    void set_epic(const std::string& id, const json::value& value) {
        if (value.is_null()) {
            edit_.epic = 0;
            return;
        }
        const std::string key = json::text_or_empty(value);
        const JiraIssue* epic = parse_int(key) ? nullptr : model_.store.find(key);
        if (epic == nullptr || !model_.site.types.at(epic->row.type).epic) {
            errors_[id] = fmt::format("'{}' is not a valid epic.", key);
            return;
        }
        edit_.epic = epic->row.id;
    }

    void set_parent(const json::value& value) {
        std::string word = json::text_or_empty(json::at(value, "id"));
        if (word.empty()) word = json::text_or_empty(json::at(value, "key"));
        if (value.is_null()) {
            edit_.epic = 0;
            return;
        }
        const JiraIssue* epic = model_.store.find(word);
        if (epic == nullptr || !model_.site.types.at(epic->row.type).epic) {
            errors_["parent"] = "Given parent work item does not belong to appropriate hierarchy.";
            return;
        }
        edit_.epic = epic->row.id;
    }

    void set_option(const JiraField& field, const json::value& value) {
        if (value.is_null()) {
            edit_.texts[field.id] = std::nullopt;
            return;
        }
        if (!value.is_object()) {
            errors_[field.id] = "Could not find valid 'id' or 'value' in the Parent Option object.";
            return;
        }
        const std::string id = json::text_or_empty(json::at(value, "id"));
        const std::string name = json::text_or_empty(json::at(value, "value"));
        for (const JiraOption& option : field.options) {
            if (option.id != id && (!id.empty() || option.value != name)) continue;
            edit_.texts[field.id] = option.id;
            return;
        }
        errors_[field.id] = id.empty() ? fmt::format("Option value '{}' is not valid", name)
                                       : fmt::format("Option id '{}' is not valid", id);
    }

    void set_text(const JiraField& field, const json::value& value) {
        if (value.is_null()) {
            edit_.texts[field.id] = std::nullopt;
            return;
        }
        auto read =
            field.kind == JiraFieldKind::area ? read_long_text(model_, value) : read_line(value);
        const std::string fault = read ? fault_of(field, read->wiki) : read.error();
        if (!fault.empty()) {
            errors_[field.id] = fault;
            return;
        }
        // An empty text is no value.
        edit_.texts[field.id] = read->wiki.empty() ? std::nullopt : std::optional{read->wiki};
        if (!read->document.is_null()) edit_.documents[field.id] = std::move(read->document);
    }

    static tl::expected<JiraLongText, std::string> read_line(const json::value& value) {
        if (!value.is_string())
            return tl::unexpected{std::string{"Operation value must be a string"}};
        return JiraLongText{.wiki = json::text_or_empty(value)};
    }

    [[nodiscard]] std::string fault_of(const JiraField& field, const std::string& text) const {
        const bool area = field.kind == JiraFieldKind::area;
        const std::size_t limit = area ? model_.settings.comment_units_max : line_units_max;
        const bool summary = field.id == "summary";
        if (limit != 0 && utf16_length(text) > limit)
            return summary ? "Summary must be less than 255 characters." : too_long(limit);
        if (!summary) return "";
        if (text.find_first_of("\r\n") != std::string::npos)
            return "The summary is invalid because it contains newline characters.";
        return trim(text).empty() ? "You must specify a summary of the issue." : "";
    }

    const JiraModel& model_;
    const std::set<std::string>& screen_;
    const JiraRow& before_;
    JiraEdit edit_ = {};
    std::map<std::string, std::string> errors_ = {};
};

std::string option_name(const JiraField& field, const std::string& id) {
    for (const JiraOption& option : field.options) {
        if (option.id == id) return option.value;
    }
    return "";
}

JiraChange text_change(const JiraField& field, const std::string& from, const std::string& to) {
    JiraChange change{
        .field = field.custom() ? field.name : field.id,
        .field_id = field.id,
        .custom = field.custom(),
        .from_text = from,
        .to_text = to};
    if (field.kind == JiraFieldKind::select) {
        change.from = from;
        change.to = to;
        change.from_text = option_name(field, from);
        change.to_text = option_name(field, to);
    }
    return change;
}

JiraChange epic_change(const JiraModel& model, std::int64_t from, std::int64_t to) {
    const auto id = [](std::int64_t epic) { return epic == 0 ? "" : fmt::format("{}", epic); };
    const auto key = [&model](std::int64_t epic) {
        const JiraIssue* issue = model.store.find(epic);
        return issue == nullptr ? std::string{} : issue->row.key;
    };
    const bool parents = model.profile.epics == JiraEpics::parent;
    return {
        .field = parents ? "IssueParentAssociation" : "Epic Link",
        .custom = !parents,
        .from = id(from),
        .from_text = key(from),
        .to = id(to),
        .to_text = key(to)};
}

}  // namespace

tl::expected<JiraLongText, std::string>
read_long_text(const JiraModel& model, const json::value& value) {
    if (model.api < 3) {
        if (!value.is_string())
            return tl::unexpected{std::string{"Operation value must be a string"}};
        return JiraLongText{.wiki = json::text_or_empty(value)};
    }
    if (!is_document(value)) {
        return tl::unexpected{std::string{
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)"}};
    }
    return JiraLongText{.wiki = wiki_of(value), .document = value};
}

JiraOutcome<JiraEdit> read_edit(
    const JiraModel& model,
    const json::value& body,
    const std::set<std::string>& screen,
    const JiraRow& before
) {
    return EditReader{model, screen, before}.read(body);
}

std::vector<JiraChange> apply(const JiraModel& model, const JiraEdit& edit, JiraRow& row) {
    std::vector<JiraChange> changes;
    for (const auto& [id, value] : edit.texts) {
        const auto found = row.fields.find(id);
        const std::string from = found == row.fields.end() ? "" : found->second;
        const std::string to = value.value_or("");
        const auto document = edit.documents.find(id);
        row.documents.erase(id);
        if (document != edit.documents.end()) row.documents[id] = document->second;
        if (from == to) continue;
        changes.push_back(text_change(*model.site.field(id), from, to));
        if (value) {
            row.fields[id] = *value;
        } else {
            row.fields.erase(id);
        }
    }
    if (edit.labels && *edit.labels != row.labels) {
        changes.push_back(
            {.field = "labels",
             .field_id = "labels",
             .from_text = join(row.labels, " "),
             .to_text = join(*edit.labels, " ")}
        );
        row.labels = *edit.labels;
    }
    if (edit.epic && *edit.epic != row.epic) {
        changes.push_back(epic_change(model, row.epic, *edit.epic));
        row.epic = *edit.epic;
    }
    return changes;
}

std::string too_long(std::size_t limit) {
    const std::string number = limit < 1000 ? fmt::format("{}", limit)
                                            : fmt::format("{},{:03}", limit / 1000, limit % 1000);
    return "The entered text is too long. It exceeds the allowed limit of " + number +
           " characters.";
}

}  // namespace oms::sim
