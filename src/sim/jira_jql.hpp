#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// JQL as text becomes a tree here; what its words mean is known to jira_match.
namespace oms::sim {

enum class JqlOperator {
    equal,
    not_equal,
    in,
    not_in,
    contains,
    contains_not,
    empty,
    not_empty,
    at_least,
    at_most,
    more,
    less,
};

/// As Jira spells it in its messages.
std::string_view to_text(JqlOperator op);

struct JqlClause {
    std::string field = {};
    JqlOperator op = JqlOperator::equal;
    std::vector<std::string> values = {};
};

struct JqlNode {
    enum class Kind {
        all,       ///< AND; without children: everything
        any,       ///< OR
        negation,  ///< NOT its one child
        clause,
    };
    Kind kind = Kind::all;
    std::vector<JqlNode> children = {};
    JqlClause clause = {};
};

struct JqlOrder {
    std::string field = {};
    bool descending = false;
};

struct JqlQuery {
    JqlNode where = {};
    std::vector<JqlOrder> order = {};
};

/// The error's words are Jira's.
Result<JqlQuery> parse_jql(std::string_view text);

}  // namespace oms::sim
