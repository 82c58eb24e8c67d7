#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_match.hpp"

/// From JQL as it is written to what `matches` compares, with the errors that Jira has for it.
namespace oms::sim {
namespace {

/// A text as JQL's `~` takes it: quoted parts are phrases, every part must be there.
/// Nothing where a quote stays open: the text index refuses that.
std::optional<std::vector<JiraPhrase>> phrases_of(std::string_view text) {
    std::vector<JiraPhrase> phrases;
    bool inside = false;
    for (const std::string& part : split(text, '"')) {
        if (inside) {
            phrases.push_back(words_of(part));
        } else {
            for (std::string& word : words_of(part))
                phrases.push_back({std::move(word)});
        }
        inside = !inside;
    }
    if (!inside) return std::nullopt;
    std::erase_if(phrases, [](const JiraPhrase& phrase) { return phrase.empty(); });
    return phrases;
}

/// `-20m`, `-4h`, `-1d`, `-1w`, `"2026-01-01"`, `"2026/01/01 10:00"`, `now()`, `startOfDay()`.
std::optional<Instant> time_of(const std::string& text, const JiraQueryContext& context) {
    if (text == "now()") return context.now;
    const auto local = context.now + context.utc_offset;
    if (text == "startOfDay()")
        return std::chrono::floor<std::chrono::days>(local) - context.utc_offset;
    const std::string trimmed = trim(text);
    if (!trimmed.empty() && std::string_view{"mhdw"}.find(trimmed.back()) != std::string::npos) {
        const auto count = parse_int(trimmed.substr(0, trimmed.size() - 1));
        if (!count) return std::nullopt;
        switch (trimmed.back()) {
        case 'm': return context.now + std::chrono::minutes{*count};
        case 'h': return context.now + std::chrono::hours{*count};
        case 'd': return context.now + std::chrono::days{*count};
        default: return context.now + std::chrono::weeks{*count};
        }
    }
    std::string date = replace_all(trimmed, "/", "-");
    if (date.size() == 10) date += " 00:00";
    if (date.size() != 16 || date[10] != ' ') return std::nullopt;
    date[10] = 'T';
    const auto at = parse_time(date + ":00Z");
    if (!at) return std::nullopt;
    return *at - context.utc_offset;
}

bool is_equality(JqlOperator op) {
    using enum JqlOperator;
    return op == equal || op == not_equal || op == in || op == not_in || op == empty ||
           op == not_empty;
}

bool is_comparison(JqlOperator op) {
    using enum JqlOperator;
    return op == at_least || op == at_most || op == more || op == less;
}

bool is_containment(JqlOperator op) {
    using enum JqlOperator;
    return op == contains || op == contains_not || op == empty || op == not_empty;
}

class Understanding {
public:
    explicit Understanding(const JiraQueryContext& context) : context_{context} {}

    Result<JiraQuery> query(const JqlQuery& query) {
        JiraQuery understood;
        auto where = condition(query.where);
        if (!where) return Failure{where.error()};
        understood.where = std::move(*where);
        for (const JqlOrder& order : query.order) {
            const auto field = field_of(order.field);
            if (!field) return Failure{field.error()};
            understood.order.push_back({field->kind, field->field, order.descending});
        }
        understood.warnings = std::move(warnings_);
        return understood;
    }

private:
    Result<JiraCondition> condition(const JqlNode& node) {
        JiraCondition understood{.kind = node.kind};
        if (node.kind == JqlNode::Kind::clause) {
            auto term = this->term(node.clause);
            if (!term) return Failure{term.error()};
            understood.term = std::move(*term);
        }
        for (const JqlNode& child : node.children) {
            auto part = condition(child);
            if (!part) return part;
            understood.children.push_back(std::move(*part));
        }
        return understood;
    }

    Result<JiraTerm> field_of(const std::string& name) const {
        using enum JiraTermKind;
        static const std::map<std::string, JiraTermKind> system{
            {"project", project},
            {"issuetype", type},
            {"type", type},
            {"status", status},
            {"labels", label},
            {"key", id},
            {"issuekey", id},
            {"issue", id},
            {"id", id},
            {"reporter", reporter},
            {"created", created},
            {"createddate", created},
            {"updated", updated},
            {"updateddate", updated}};
        if (const auto found = system.find(lower(name)); found != system.end())
            return JiraTerm{.kind = found->second};
        const JiraField* field = context_.site.field_in_jql(name);
        if (field == nullptr) {
            return failure(
                ErrorKind::refused,
                fmt::format(
                    "Field '{}' does not exist or you do not have permission to view it.", name
                )
            );
        }
        switch (field->kind) {
        case JiraFieldKind::epic_link:
        case JiraFieldKind::parent: return JiraTerm{.kind = epic};
        case JiraFieldKind::select: return JiraTerm{.kind = option, .field = field->id};
        case JiraFieldKind::labels: return JiraTerm{.kind = label};
        case JiraFieldKind::text:
        case JiraFieldKind::area:
        case JiraFieldKind::epic_name: break;
        }
        return JiraTerm{.kind = text, .field = field->id};
    }

    Result<JiraTerm> term(const JqlClause& clause) {
        auto field = field_of(clause.field);
        if (!field) return field;
        JiraTerm term = std::move(*field);
        term.op = clause.op;
        const bool time = term.kind == JiraTermKind::created || term.kind == JiraTermKind::updated;
        const bool allowed = time                              ? is_comparison(term.op)
                             : term.kind == JiraTermKind::text ? is_containment(term.op)
                                                               : is_equality(term.op);
        if (!allowed) {
            return failure(
                ErrorKind::refused,
                fmt::format(
                    "The operator '{}' is not supported by the '{}' field.",
                    to_text(term.op),
                    clause.field
                )
            );
        }
        for (const std::string& value : clause.values) {
            if (auto says = add_value(term, clause.field, value)) {
                if (context_.strict) return failure(ErrorKind::refused, std::move(*says));
                warnings_.push_back(std::move(*says));
            }
        }
        return term;
    }

    /// What is wrong with the value, if something is.
    std::optional<std::string>
    add_value(JiraTerm& term, const std::string& name, const std::string& value) const {
        switch (term.kind) {
        case JiraTermKind::created:
        case JiraTermKind::updated: return add_time(term, name, value);
        case JiraTermKind::text: return add_text(term, name, value);
        case JiraTermKind::id:
        case JiraTermKind::epic: return add_issue(term, name, value);
        case JiraTermKind::label: term.values.insert(value); return std::nullopt;
        case JiraTermKind::project:
        case JiraTermKind::type:
        case JiraTermKind::status:
        case JiraTermKind::reporter:
        case JiraTermKind::option: break;
        }
        const auto canonical = canonical_name(term, value);
        if (!canonical) {
            return fmt::format("The value '{}' does not exist for the field '{}'.", value, name);
        }
        term.values.insert(*canonical);
        return std::nullopt;
    }

    std::optional<std::string>
    add_time(JiraTerm& term, const std::string& name, const std::string& value) const {
        const auto at = time_of(value, context_);
        if (!at) {
            return fmt::format(
                "Date value '{}' for field '{}' is invalid. Valid formats include: 'yyyy/MM/dd "
                "HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. "
                "'-5d', '4w 2d'.",
                value,
                name
            );
        }
        // The index knows seconds, no fractions.
        term.at = std::chrono::floor<std::chrono::seconds>(*at);
        return std::nullopt;
    }

    static std::optional<std::string>
    add_text(JiraTerm& term, const std::string& name, const std::string& value) {
        auto phrases = phrases_of(value);
        if (!phrases) {
            return fmt::format("Unable to parse the text '{}' for field '{}'.", value, name);
        }
        term.phrases = std::move(*phrases);
        return std::nullopt;
    }

    std::optional<std::string>
    add_issue(JiraTerm& term, const std::string& name, const std::string& value) const {
        const JiraIssue* issue = context_.store.find(value);
        if (issue != nullptr) {
            term.ids.insert(issue->row.id);
            return std::nullopt;
        }
        if (parse_int(value))
            return fmt::format(
                "A value with ID '{}' does not exist for the field '{}'.", value, name
            );
        return fmt::format("An issue with key '{}' does not exist for field '{}'.", value, name);
    }

    /// What a value may be called, and what it is called in the rows.
    struct Named {
        std::string canonical = {};
        std::vector<std::string> names = {};
    };

    [[nodiscard]] std::vector<Named> names_for(const JiraTerm& term) const {
        std::vector<Named> all;
        const JiraSite& site = context_.site;
        switch (term.kind) {
        case JiraTermKind::project:
            for (const auto& [key, project] : site.projects)
                all.push_back({key, {project.id, key, project.name}});
            break;
        case JiraTermKind::type:
            for (const auto& [id, type] : site.types)
                all.push_back({id, {id, type.name}});
            break;
        case JiraTermKind::status:
            for (const JiraStatus& status : site.statuses)
                all.push_back({status.id, {status.id, status.name}});
            break;
        case JiraTermKind::reporter:
            for (const auto& [name, user] : site.users)
                all.push_back(
                    context_.people == JiraPeople::accounts ? Named{name, {user.account_id}}
                                                            : Named{name, {user.key, name}}
                );
            break;
        case JiraTermKind::option:
            for (const JiraOption& option : site.field(term.field)->options)
                all.push_back({option.id, {option.id, option.value}});
            break;
        case JiraTermKind::label:
        case JiraTermKind::id:
        case JiraTermKind::created:
        case JiraTermKind::updated:
        case JiraTermKind::text:
        case JiraTermKind::epic: break;
        }
        return all;
    }

    [[nodiscard]] std::optional<std::string>
    canonical_name(const JiraTerm& term, const std::string& value) const {
        const std::string wanted = lower(value);
        const auto is = [&wanted](const std::string& name) { return lower(name) == wanted; };
        for (const Named& named : names_for(term)) {
            if (std::ranges::any_of(named.names, is)) return named.canonical;
        }
        return std::nullopt;
    }

    const JiraQueryContext& context_;
    std::vector<std::string> warnings_ = {};
};

}  // namespace

Result<JiraQuery> understand(const JqlQuery& query, const JiraQueryContext& context) {
    return Understanding{context}.query(query);
}

}  // namespace oms::sim
