#include "tests/property/store_model.hpp"

#include <algorithm>
#include <utility>

namespace oms::property {

using store::SubjectState;

namespace {

bool can_be_taken(SubjectState state) {
    return state == SubjectState::due || state == SubjectState::waiting ||
           state == SubjectState::attention;
}

}  // namespace

void ModelSubject::give_back(Instant now) {
    state = SubjectState::due;
    dirty |= taken;
    claims.insert(claims.begin(), taken_claims.begin(), taken_claims.end());
    taken = no_aspects;
    taken_claims.clear();
    owner.clear();
    due_at = now;
}

void StoreModel::hint(const Hint& hint, Instant now) {
    journal.push_back(now);
    const std::string key = key_of(hint.subject);
    const bool known = subjects.contains(key);
    ModelSubject& subject = subjects[key];
    const bool resting = !known || subject.state == SubjectState::idle;
    if (resting) {
        subject.lane = hint.lane;
        subject.hinted_at = now;
        subject.due_at = now;
        subject.state = SubjectState::due;
    } else {
        subject.lane = std::min(subject.lane, hint.lane);
        if (subject.hinted_at == Instant{}) subject.hinted_at = now;
        switch (subject.state) {
        case SubjectState::attention:
            subject.state = SubjectState::due;
            subject.due_at = now;
            break;
        // A backoff stays one, and who waits in the queue keeps the place.
        case SubjectState::due:
            if (subject.attempts == 0) subject.due_at = std::min(subject.due_at, now);
            break;
        case SubjectState::leased: subject.due_at = now; break;
        case SubjectState::waiting:
        case SubjectState::idle: break;
        }
    }
    subject.hints += 1;
    subject.dirty |= hint.aspects;
    std::size_t bytes = 0;
    for (const std::string& claim : hint.claims) {
        if (std::ranges::find(subject.claims, claim) == subject.claims.end())
            subject.claims.push_back(claim);
    }
    for (const std::string& claim : subject.claims)
        bytes += claim.size() + 1;
    if (bytes <= store::claims_bytes_max) return;
    for (const std::string& claim : subject.claims)
        subject.dirty |= bits(aspect_of(claim));
    subject.claims.clear();
}

void StoreModel::release_expired(Instant now) {
    for (auto& [key, subject] : subjects) {
        const bool expired = subject.state == SubjectState::leased && subject.until <= now;
        if (expired) subject.give_back(now);
    }
}

std::set<std::string> StoreModel::next(Lane preferred, Instant now) const {
    for (const Lane lane : {preferred, Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
        std::set<std::string> earliest;
        Instant at = now;
        for (const auto& [key, subject] : subjects) {
            const bool candidate = can_be_taken(subject.state) && subject.lane == lane;
            if (!candidate || subject.due_at > at) continue;
            if (subject.due_at < at) earliest.clear();
            at = subject.due_at;
            earliest.insert(key);
        }
        if (!earliest.empty()) return earliest;
    }
    return {};
}

void StoreModel::lease(const std::string& key, const std::string& owner, Instant until) {
    ModelSubject& subject = subjects.at(key);
    subject.state = SubjectState::leased;
    subject.taken = std::exchange(subject.dirty, no_aspects);
    subject.taken_claims = std::exchange(subject.claims, {});
    subject.owner = owner;
    subject.until = until;
    subject.fence += 1;
}

bool StoreModel::holds(const store::Leased& leased) const {
    const auto found = subjects.find(key_of(leased.subject));
    return found != subjects.end() && found->second.state == SubjectState::leased &&
           found->second.fence == leased.fence;
}

void StoreModel::finish_done(const std::string& key, Instant now) {
    ModelSubject& subject = subjects.at(key);
    subject.taken = no_aspects;
    subject.taken_claims.clear();
    subject.owner.clear();
    subject.due_at = now;
    subject.attempts = 0;
    subject.refusals = 0;
    subject.state = subject.is_hinted() ? SubjectState::due : SubjectState::idle;
    if (subject.is_hinted()) return;
    subject.hints_done = subject.hints;
    subject.hinted_at = {};
}

void StoreModel::finish_again(const std::string& key, const store::Again& again) {
    ModelSubject& subject = subjects.at(key);
    // A hint that came while it was worked on wakes it, as one would that came a moment later.
    const bool woken = again.state == SubjectState::attention && subject.is_hinted();
    const Instant hinted = subject.due_at;
    subject.taken = again.aspects;
    subject.give_back(again.due_at);
    if (woken) {
        subject.due_at = hinted;
    } else {
        subject.state = again.state;
    }
    subject.attempts = again.attempts;
    subject.refusals = again.refusals;
}

void StoreModel::put_comment_link(const CommentLink& link) {
    std::erase_if(comment_links, [&](const CommentLink& known) {
        const bool part = link.message && known.message == link.message && known.part == link.part;
        return part || (!link.comment.empty() && known.comment == link.comment);
    });
    comment_links.push_back(link);
}

void StoreModel::prune(Instant older_than) {
    std::erase_if(journal, [&](Instant at) { return at < older_than; });
    std::erase_if(writes, [&](const auto& pair) {
        return pair.second.ended_at && *pair.second.ended_at < older_than;
    });
    std::erase_if(attention, [&](const ModelAttention& entry) {
        return entry.ended_at && *entry.ended_at < older_than;
    });
}

std::int64_t StoreModel::count(SubjectState state) const {
    return std::ranges::count_if(subjects, [&](const auto& pair) {
        return pair.second.state == state;
    });
}

std::optional<Instant> StoreModel::next_due() const {
    std::optional<Instant> earliest;
    for (const auto& [key, subject] : subjects) {
        const bool leased = subject.state == SubjectState::leased;
        if (!leased && !can_be_taken(subject.state)) continue;
        const Instant at = leased ? subject.until : subject.due_at;
        earliest = earliest ? std::min(*earliest, at) : at;
    }
    return earliest;
}

}  // namespace oms::property
