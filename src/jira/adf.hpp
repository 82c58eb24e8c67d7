#pragma once

#include <string>

#include "base/json.hpp"

/// Atlassian Document Format: how Cloud's REST v3 writes comments and fields of several lines. Pure
/// functions.
namespace oms::jira::adf {

/// A document of plain text: paragraphs where there are empty lines, line breaks within. Nothing in
/// a text node takes effect: no mention, macro, link or image. `to_plain_text` gives the text back.
json::object document(const std::string& text);

/// A document as a customer can read it: lists, code, tables, panels, mentions, emoji, links, media.
/// What is unknown is read for the text in it. A string is taken for markup of REST v2.
std::string to_plain_text(const json::value& document);

}  // namespace oms::jira::adf
