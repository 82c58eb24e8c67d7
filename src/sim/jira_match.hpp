#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/jira_jql.hpp"
#include "sim/jira_site.hpp"
#include "sim/jira_store.hpp"

/// JQL with its words understood: names are ids now, dates are times, texts are words.
namespace oms::sim {

enum class JiraTermKind {
    project,
    type,
    status,
    label,
    id,  ///< also `key`
    reporter,
    created,
    updated,
    text,
    option,
    epic,
};

/// Words that must follow each other; a single one outside quotes.
using JiraPhrase = std::vector<std::string>;

struct JiraTerm {
    JiraTermKind kind = JiraTermKind::id;
    std::string field = {};  ///< of text and option
    JqlOperator op = JqlOperator::equal;
    std::set<std::string> values = {};
    std::set<std::int64_t> ids = {};  ///< of id and epic
    Instant at = {};                  ///< of created and updated
    std::vector<JiraPhrase> phrases = {};
};

struct JiraCondition {
    JqlNode::Kind kind = JqlNode::Kind::all;
    std::vector<JiraCondition> children = {};
    JiraTerm term = {};
};

struct JiraOrder {
    JiraTermKind kind = JiraTermKind::id;
    std::string field = {};
    bool descending = false;
};

struct JiraQuery {
    JiraCondition where = {};
    std::vector<JiraOrder> order = {};
    /// What was wrong and, not validated strictly, did no harm: such terms match nothing.
    std::vector<std::string> warnings = {};
};

struct JiraQueryContext {
    const JiraSite& site;
    const JiraStore& store;
    Instant now = {};
    std::chrono::minutes utc_offset = {};
    bool strict = true;  ///< the request's validateQuery
    JiraPeople people = JiraPeople::names;
};

/// Errors as Jira words them. A key or id that does not exist is one, if strict.
Result<JiraQuery> understand(const JqlQuery& query, const JiraQueryContext& context);

/// Whether one row satisfies it; reads nothing else.
bool matches(const JiraCondition& condition, const JiraRow& row);

/// The words of a text as the index splits it: letters and digits, lower case.
std::vector<std::string> words_of(std::string_view text);

/// `EOSC-12` as EOSC and 12: keys are sorted by number.
std::pair<std::string_view, std::int64_t> key_order(std::string_view key);

}  // namespace oms::sim
