#pragma once

#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/views.hpp"

namespace oms::ops {

/// Which projects and orders are asked for; what is empty asks for nothing.
struct SubjectChoice {
    /// `12/3`, `12`, an issue's key, or how words of a name, a title or an e-mail begin.
    std::string text = {};
    std::optional<store::SubjectState> state = std::nullopt;
    bool would = false;    ///< something would be done to it
    bool differs = false;  ///< its sides differed when they were last seen
};

/// Newest project first; nothing where the cursor is none.
std::optional<json::object> subjects_page(
    store::Connection& connection,
    const Facts& facts,
    const SubjectChoice& choice,
    const Page& page
);

/// What people are told: one that is at rest needs a person all the same, where an entry is open.
store::SubjectState shown_state(store::SubjectState state, bool needs_person);
json::object subject_json(const store::Listed& listed, const Facts& facts);
/// Where people see an issue; null where there is no key.
json::value issue_url(const Facts& facts, const std::string& issue_key);

}  // namespace oms::ops
