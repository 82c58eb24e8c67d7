#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/jira.hpp"
#include "domain/marketplace.hpp"
#include "plan/settings.hpp"

namespace oms::plan {

/// How a dialect writes people's text, and reads it. Pure functions of the text.
struct TextForms {
    /// Takes the effect out of markup; what was typed stays readable.
    std::function<std::string(std::string_view)> neutralise;
    /// Markup to what a customer can read.
    std::function<std::string(std::string_view)> to_plain_text;
};

/// The bodies of the comments that carry one message: who wrote it, then the text; continued in
/// further comments where it is over Jira's limit. Each is marked where it is internal. Never empty.
std::vector<std::string>
comment_bodies(const Settings& settings, const TextForms& forms, const Message& message);

/// Internal messages are restricted to the internal role, where one is set.
std::optional<Visibility> visibility_of(const Settings& settings, const Message& message);

/// Whether a customer may read it: no restriction but the public role, no internal note, not empty.
bool is_public(const Settings& settings, const Comment& comment);

/// Who speaks in the marketplace for the author of a comment.
Author author_of(const Settings& settings, bool default_oms, const Comment& comment);

/// Tells two states of one text apart; what a claim `m=ID#HASH` or `c=ID#HASH` bears.
std::string message_hash(std::string_view content);
/// Tells who speaks: by name, address and role, as both remotes show them.
std::string author_hash(const Author& author);
std::string comment_hash(const Comment& comment);
std::string comment_hash(std::string_view body, const std::optional<Visibility>& visibility);

/// `oms-1-message-657`, with `-2` and so on for the further parts of a long one.
std::string message_marker(OmsId oms, MessageId message, int part);

struct MarkedMessage {
    MessageId message = {};
    int part = 0;
};
std::optional<MarkedMessage> parse_message_marker(OmsId oms, std::string_view marker);

}  // namespace oms::plan
