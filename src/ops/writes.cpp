#include "ops/writes.hpp"

#include "store/views.hpp"

namespace oms::ops {
namespace {

using store::WriteKind;

/// What a write leads to, where that is a status: all else may be a text of a person, or a voucher.
std::string shown_target(const store::RemoteWrite& write) {
    switch (write.kind) {
    case WriteKind::transition:
    case WriteKind::patch_order: return write.target;
    case WriteKind::create_issue:
    case WriteKind::edit_issue:
    case WriteKind::add_comment:
    case WriteKind::edit_comment:
    case WriteKind::post_message:
    case WriteKind::edit_message: return "";
    }
    return "";
}

std::string how_settled(WriteKind kind) {
    switch (kind) {
    case WriteKind::create_issue:
        return "the issue is looked for by its label, then among the project's next keys; it is "
               "made "
               "again only when it was not found for the grace time";
    case WriteKind::edit_issue:
        return "the issue's fields are read; what is missing is written again";
    case WriteKind::transition: return "the issue's status is read";
    case WriteKind::add_comment:
        return "the comment is looked for by its mark; it is added again only when it was not "
               "found "
               "for the grace time";
    case WriteKind::edit_comment: return "the comment is read";
    case WriteKind::patch_order: return "the order's status is read at the marketplace";
    case WriteKind::post_message:
        return "the message is looked for by its author, text and number; it is posted again only "
               "when it was not found for the grace time";
    case WriteKind::edit_message: return "the message is read";
    }
    return "";
}

}  // namespace

json::object write_json(const store::RemoteWrite& write) {
    return {
        {"id", write.id},
        {"key", key_of(write.subject)},
        {"kind", store::to_text(write.kind)},
        {"state", store::to_text(write.state)},
        {"cause", write.cause},
        {"says", write.says},
        {"marker", write.marker},
        {"target", shown_target(write)},
        {"sent_at", time_json(write.sent_at)},
        {"ended_at", time_json(write.ended_at)},
        {"result", write.result}};
}

std::optional<json::object> uncertain_page(store::Connection& connection, const Page& page) {
    const auto after = cursor_number(page.cursor);
    if (!after) return std::nullopt;
    const auto open = store::open_writes_after(connection, *after, page.limit);
    json::array items;
    for (const store::OpenWrite& one : open) {
        json::object shown = write_json(one.write);
        shown["settled_how"] = how_settled(one.write.kind);
        shown["again_at"] = one.in_hand ? json::value(nullptr) : time_json(one.again_at);
        items.push_back(std::move(shown));
    }
    const bool more = open.size() == static_cast<std::size_t>(page.limit);
    return list_json(std::move(items), more ? std::to_string(open.back().write.id) : std::string{});
}

}  // namespace oms::ops
