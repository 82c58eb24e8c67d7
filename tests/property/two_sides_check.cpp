#include <algorithm>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "plan/fields.hpp"
#include "plan/merge_status.hpp"
#include "tests/property/two_sides_parts.hpp"

namespace oms::property {

using namespace plan;

namespace {

std::string as_compared(const std::string& body) { return trim(clean(body)); }

}  // namespace

// What is promised.

bool TwoSides::in_reach() const {
    return link && link->state == LinkState::linked && !issue_hidden && !order_gone;
}

void TwoSides::check_leaks() const {
    for (const TrueMessage& message : messages) {
        for (const std::string& said : tokens_in(message.message.content)) {
            if (comment_tokens_.contains(said)) RC_ASSERT(public_tokens_.contains(said));
        }
    }
    for (const TrueComment& comment : comments) {
        for (const std::string& said : tokens_in(comment.comment.body))
            RC_ASSERT(!secret_tokens_.contains(said));
        const bool internal =
            comment.carries && std::ranges::any_of(messages, [&](const TrueMessage& message) {
                return message.message.id.value == comment.carries->first &&
                       message.message.scope == Scope::internal;
            });
        if (internal && !settings.internal_role.empty())
            RC_ASSERT(comment.comment.visibility.has_value());
    }
}

void TwoSides::check_texts() const {
    for (const TrueComment& comment : comments) {
        if (comment.comment.author == ourselves) continue;
        std::vector<const Message*> carrying;
        for (const TrueMessage& message : messages) {
            if (message.carries == comment.comment.id) carrying.push_back(&message.message);
        }
        RC_ASSERT(carrying.size() <= 1U);
        const bool before = std::ranges::any_of(carried_before_, [&](const auto& pair) {
            return pair.second == comment.comment.id;
        });
        if (before) {
            RC_ASSERT(carrying.empty());
            continue;
        }
        const std::string said = trim(forms.to_plain_text(comment.comment.body));
        if (!in_reach() || !is_seen(comment) || !is_open(comment.comment) || said.empty()) continue;
        RC_ASSERT(carrying.size() == 1U);
        RC_ASSERT(carrying[0]->content == said);
    }
    for (const TrueMessage& message : messages) {
        if (message.carries || message.message.scope == Scope::user_direct) continue;
        std::map<int, std::vector<const TrueComment*>> parts;
        for (const TrueComment& comment : comments) {
            if (comment.carries && comment.carries->first == message.message.id.value)
                parts[comment.carries->second].push_back(&comment);
        }
        for (const auto& [part, carrying] : parts)
            RC_ASSERT(carrying.size() == 1U);
        if (carried_before_.contains(message.message.id.value)) {
            const CommentId& old = carried_before_.at(message.message.id.value);
            if (parts.contains(0)) RC_ASSERT(parts[0][0]->comment.id == old);
            continue;
        }
        if (!in_reach()) continue;
        RC_ASSERT(parts.contains(0));
        if (!is_seen(*parts[0][0])) continue;
        const auto bodies = comment_bodies(settings, forms, message.message);
        for (std::size_t part = 0; part < bodies.size(); ++part) {
            const auto& carrying = parts[static_cast<int>(part)];
            RC_ASSERT(carrying.size() == 1U);
            if (carrying[0]->touched || !is_seen(*carrying[0])) continue;
            RC_ASSERT(as_compared(carrying[0]->comment.body) == as_compared(bodies[part]));
            RC_ASSERT(carrying[0]->comment.visibility == visibility_of(settings, message.message));
        }
    }
}

void TwoSides::check_state() const {
    RC_ASSERT(issues.size() <= 1U);
    if (!in_reach()) return;
    RC_ASSERT(link->issue_id == issues[0].id);
    if (subject.is_project()) {
        FieldValues wanted = project_fields(settings, project);
        if (!adopted_) RC_ASSERT(issue_fields_ == wanted);
        return;
    }
    const auto jira = status_of(settings, issues[0].status);
    const bool excused = !jira || link->not_ours ||
                         (order.status == Status::created && is_marketplace_driven(order));
    if (!excused) RC_ASSERT(*jira == order.status);
    if (link->not_ours) return;
    const std::string voucher = trim(issues[0].voucher);
    RC_ASSERT(link->base_voucher.has_value());
    RC_ASSERT(trim(*link->base_voucher) == voucher);
    const auto known = patched_voucher_ || adopted_ ? patched_voucher_ : order.supplied_voucher_id;
    if (known || !adopted_) RC_ASSERT(trim(known.value_or("")) == voucher);
}

void TwoSides::check(bool agreed) const {
    check_leaks();
    if (!agreed) return;
    RC_ASSERT(open_writes.empty());
    check_state();
    check_texts();
}

std::multiset<std::string> TwoSides::contents() const {
    std::multiset<std::string> all;
    for (const TrueComment& comment : comments) {
        if (comment.deleted) continue;
        const auto& visibility = comment.comment.visibility;
        all.insert(
            "comment " + (visibility ? visibility->value : "") + " " +
            as_compared(comment.comment.body)
        );
    }
    for (const TrueMessage& message : messages)
        all.insert("message " + message.message.author.name + " " + message.message.content);
    all.insert(fmt::format("order {}", to_text(order.status)));
    if (followed() != nullptr) {
        all.insert("issue " + followed()->status.value);
        all.insert("voucher " + followed()->voucher);
    }
    return all;
}

}  // namespace oms::property
