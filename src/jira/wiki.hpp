#pragma once

#include <string>
#include <string_view>

/// Jira's wiki markup (Server and Data Center).
namespace oms::jira::wiki {

/// A person's text, such that nothing in it takes effect: no mention, macro, link, image, heading,
/// list or table. What was typed stays readable. Contract 6.5.
std::string neutralise(std::string_view text);

/// Markup as somebody reads it who sees plain text: links as `label (url)`, macros as their
/// content, escapes undone. What is no markup stays as it is.
std::string to_plain_text(std::string_view markup);

}  // namespace oms::jira::wiki
