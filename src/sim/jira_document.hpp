#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

/// Long texts of a Cloud site: Atlassian documents (ADF) in REST API 3, wiki markup in API 2 and in
/// webhooks. Each is made from the other as far as people and the adapter use it.
namespace oms::sim {

/// A doc of version 1 whose texts are not empty and whose nodes have types.
bool is_document(const json::value& value);

/// What API 2 shows of a document. Characters that are markup stand there as they were typed.
std::string wiki_of(const json::value& document);

/// What a reader sees: no marks, a line for each block, people as `@name`.
std::string plain_of(const json::value& document);

/// What does something beyond being read, each once: `mention`, `link`, `strong`, `codeBlock`, …
std::vector<std::string> effects_of(const json::value& document);

/// Whom it mentions: ids of accounts.
std::vector<std::string> mentions_of(const json::value& document);

/// Wiki markup read as Jira reads it: what takes effect there becomes a node or a mark.
json::object document_of(const std::string& wiki);

/// Names or ids of those whom wiki markup mentions; escapes do not help, as is feared of Jira's own
/// search for mentions (contract 6.5).
std::vector<std::string> mentions_in(const std::string& wiki);

}  // namespace oms::sim
