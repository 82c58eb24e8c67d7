#pragma once

#include "plan/plan_texts.hpp"

/// What the links say of messages and comments.
namespace oms::plan {

/// What we know of one message: its parts, in order.
std::vector<const CommentLink*> parts_of(const View& view, MessageId message);
const CommentLink* link_of(const View& view, const CommentId& comment);
bool is_own(const Facts& facts, const JiraUser& user);
/// A link to the comment alone, as it was met.
CommentLink seen(const View& view, const Comment& comment, CommentState state);
/// A comment that nothing is linked to bears the marker of this part: it is linked first, then
/// compared.
bool is_marked(const Given& given, MessageId message, int part);

}  // namespace oms::plan
