// JQL of the simulated Jira: a tree that spells itself again; our own queries are never torn.
#include "base/text.hpp"
#include "jira/client.hpp"
#include "sim/jira_jql.hpp"
#include "sim/jira_match.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/known_jira.hpp"

namespace oms::fuzz {
namespace {

using sim::JqlNode;
using sim::JqlOperator;

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') result += '\\';
        result += character;
    }
    return result + "\"";
}

std::string spelled(const JqlNode& node);

std::string spelled(const sim::JqlClause& clause) {
    std::string text = quoted(clause.field) + " " + std::string{to_text(clause.op)} + " ";
    if (clause.op == JqlOperator::empty || clause.op == JqlOperator::not_empty)
        return text + "EMPTY";
    std::string values;
    for (const std::string& value : clause.values)
        values += (values.empty() ? "" : ",") + quoted(value);
    const bool list = clause.op == JqlOperator::in || clause.op == JqlOperator::not_in;
    return text + (list ? "(" + values + ")" : values);
}

std::string spelled(const JqlNode& node) {
    if (node.kind == JqlNode::Kind::clause) return spelled(node.clause);
    if (node.kind == JqlNode::Kind::negation) return "NOT (" + spelled(node.children[0]) + ")";
    std::string text;
    for (const JqlNode& child : node.children) {
        if (!text.empty()) text += node.kind == JqlNode::Kind::any ? " OR " : " AND ";
        text += "(" + spelled(child) + ")";
    }
    return text;
}

std::string spelled(const sim::JqlQuery& query) {
    std::string text = spelled(query.where);
    for (std::size_t i = 0; i < query.order.size(); ++i) {
        text += (i == 0 ? " ORDER BY " : ", ") + quoted(query.order[i].field);
        text += query.order[i].descending ? " DESC" : " ASC";
    }
    return text;
}

int depth_of(const JqlNode& node) {
    int deepest = 0;
    for (const JqlNode& child : node.children)
        deepest = std::max(deepest, depth_of(child));
    return deepest + 1;
}

void understand(const sim::JqlQuery& query, bool strict) {
    static const sim::JiraSite site = sim::default_site();
    static const sim::JiraStore store = [] {
        sim::JiraStore made;
        made.add({.key = "EOSC-1", .project = "EOSC", .type = "10204", .status = "1"});
        return made;
    }();
    const auto understood = sim::understand(
        query,
        {.site = site,
         .store = store,
         .now = Instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}},
         .strict = strict}
    );
    if (!understood) OMS_CHECK(!understood.error().says.empty());
    if (!understood) return;
    for (const auto& [id, issue] : store.issues())
        static_cast<void>(sim::matches(understood->where, issue.row));
}

void parse(std::string_view input) {
    const auto query = sim::parse_jql(input);
    if (!query) {
        OMS_CHECK(query.error().says.starts_with("Error in the JQL Query: "));
        return;
    }
    understand(*query, true);
    understand(*query, false);
    // Each level costs two in brackets.
    if (depth_of(query->where) > 20) return;
    const std::string text = spelled(*query);
    const auto again = sim::parse_jql(text);
    OMS_CHECK(again.has_value());
    OMS_CHECK(spelled(*again) == text);
}

/// Answers nothing, and keeps the JQL that it was asked.
class Asked final : public http::Transport {
public:
    Result<http::Response> send(const http::Request& request) override {
        const auto body = json::parse(request.body);
        OMS_CHECK(body.has_value());
        jql = json::text_or_empty(json::at(*body, "jql"));
        return http::json_response(200, "{}");
    }
    std::string jql;
};

/// Whatever stands in a name, the query looks for it and for nothing else.
void our_own(const std::string& text) {
    Asked asked;
    SystemClock clock;
    test::KnownJira known{clock, "9.12.0", 9};
    jira::Client client{
        asked,
        {.url = "https://jira.example.org",
         .project = "EOSC",
         .order_reference_field = "customfield_10100",
         .project_name_field = "customfield_10101"},
        known.site};
    static_cast<void>(client.find_standing({.marker = text}));
    const auto by_label = sim::parse_jql(asked.jql);
    OMS_CHECK(by_label && by_label->where.children.size() == 2 && by_label->order.empty());
    OMS_CHECK(by_label->where.children[1].clause.values == std::vector{text});
    for (const jira::Standing& standing :
         {jira::Standing{.marker = "oms-1-order-1-2", .order_reference = text},
          jira::Standing{.marker = "oms-1-project-1", .project_name = text}}) {
        static_cast<void>(client.find_standing(standing));
        const auto both = sim::parse_jql(asked.jql);
        OMS_CHECK(both && both->where.children.size() == 2 && both->order.empty());
        if (text.empty()) continue;
        OMS_CHECK(both->where.children[1].children.size() == 2);
        const std::string phrase = both->where.children[1].children[1].clause.values.at(0);
        OMS_CHECK(phrase.size() >= 2 && phrase.front() == '"' && phrase.back() == '"');
        OMS_CHECK(phrase.find_first_of("\"\\", 1) == phrase.size() - 1);
    }
}

}  // namespace

void run(std::string_view input) {
    parse(input);
    our_own(clean(input));
}

}  // namespace oms::fuzz
