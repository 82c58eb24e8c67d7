#pragma once

#include "base/text.hpp"
#include "tests/property/two_sides.hpp"

/// Who is there, and what becomes of a text: for the files of `TwoSides` only.
namespace oms::property {

inline const JiraUser ourselves{.account = "oms", .name = "oms", .display_name = "OMS"};
inline const JiraUser person{.account = "anna", .name = "anna", .display_name = "Anna"};
inline const Author customer{.uid = "c", .email = "c@x.example", .name = "Celia", .role = "user"};
inline const Author mediator{
    .uid = "m",
    .email = "m@x.example",
    .name = "Milan",
    .role = "mediator"};

/// What a customer may read, said once more.
inline bool is_open(const Comment& comment) {
    const bool everybody = !comment.visibility || (comment.visibility->type == "role" &&
                                                   comment.visibility->value == "User");
    return everybody && !comment.service_desk_internal;
}

inline bool is_seen(const TrueComment& comment) { return !comment.hidden && !comment.deleted; }

/// Jira keeps texts with line ends of its own and nothing at the end.
inline std::string as_jira_keeps(const std::string& body) {
    return replace_all(trim(body), "\n", "\r\n");
}

/// The words of a text that say whose it is: `tok7x`.
std::set<std::string> tokens_in(const std::string& text);

}  // namespace oms::property
