#include "sim/jira_jql.hpp"

#include <gtest/gtest.h>

namespace oms::sim {
namespace {

/// The tree in brackets, so that a test can write down what it expects.
std::string spelled(const JqlNode& node) {
    if (node.kind == JqlNode::Kind::clause) {
        std::string text = node.clause.field + " " + std::string{to_text(node.clause.op)};
        for (const std::string& value : node.clause.values)
            text += " <" + value + ">";
        return text;
    }
    if (node.kind == JqlNode::Kind::negation) return "not(" + spelled(node.children.front()) + ")";
    std::string text = node.kind == JqlNode::Kind::any ? "any(" : "all(";
    for (std::size_t i = 0; i < node.children.size(); ++i)
        text += (i == 0 ? "" : ", ") + spelled(node.children[i]);
    return text + ")";
}

std::string parsed(std::string_view text) {
    const auto query = parse_jql(text);
    if (!query) return query.error().says;
    std::string all = spelled(query->where);
    for (const JqlOrder& order : query->order)
        all += " by " + order.field + (order.descending ? " down" : " up");
    return all;
}

TEST(JiraJql, BindsAndTighterThanOr) {
    EXPECT_EQ(
        parsed("project = EOSC AND labels = a or status = 1"),
        "any(all(project = <EOSC>, labels = <a>), status = <1>)"
    );
    EXPECT_EQ(
        parsed("project = EOSC && (labels = a || status = 1)"),
        "all(project = <EOSC>, any(labels = <a>, status = <1>))"
    );
}

TEST(JiraJql, ReadsEveryOperator) {
    EXPECT_EQ(parsed("labels in (a, \"b c\")"), "labels in <a> <b c>");
    EXPECT_EQ(parsed("status not in (1,2)"), "status not in <1> <2>");
    EXPECT_EQ(parsed("labels is EMPTY"), "labels is");
    EXPECT_EQ(parsed("labels is not null"), "labels is not");
    EXPECT_EQ(parsed("labels = empty"), "labels is");
    EXPECT_EQ(parsed("updated >= -20m"), "updated >= <-20m>");
    EXPECT_EQ(parsed("updated<\"2026-01-01 10:00\""), "updated < <2026-01-01 10:00>");
    EXPECT_EQ(parsed("created > startOfDay()"), "created > <startOfDay()>");
    EXPECT_EQ(parsed("summary !~ x"), "summary !~ <x>");
    EXPECT_EQ(parsed("not labels != x"), "not(labels != <x>)");
    EXPECT_EQ(parsed("!(labels = x)"), "not(labels = <x>)");
}

TEST(JiraJql, KeepsQuotesThatAreEscaped) {
    EXPECT_EQ(parsed(R"(cf[10100] ~ "\"http://x/1\"")"), R"(cf[10100] ~ <"http://x/1">)");
    EXPECT_EQ(parsed(R"('Epic Link' = EOSC-1)"), "Epic Link = <EOSC-1>");
}

TEST(JiraJql, ReadsTheOrder) {
    EXPECT_EQ(
        parsed("labels = x ORDER BY updated ASC, key desc, id"),
        "labels = <x> by updated up by key down by id up"
    );
    EXPECT_EQ(parsed("order by key"), "all() by key up");
    EXPECT_EQ(parsed(""), "all()");
}

TEST(JiraJql, SaysWhereItIsWrong) {
    EXPECT_EQ(
        parsed("labels = a labels = b"),
        "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'labels'. (line 1, "
        "character 12)"
    );
    EXPECT_EQ(
        parsed("labels ="),
        "Error in the JQL Query: Expecting a value, list or function before the end of the query. "
        "(line 1, character 9)"
    );
    EXPECT_NE(parsed("labels = \"a").find("has not been completed"), std::string::npos);
    EXPECT_NE(parsed(std::string(5000, '(')).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace oms::sim
