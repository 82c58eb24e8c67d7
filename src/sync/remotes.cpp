#include "sync/remotes.hpp"

#include "base/planted.hpp"
#include "store/journal.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;

constexpr Duration project_age_max = 1min;
constexpr std::size_t projects_kept_max = 1000;
constexpr Duration proof_age_max = 1min;
constexpr Duration clocks_differ_max = 10min;

/// What is of a later time than now was learnt before the clock was set back: how old it is, nobody
/// knows.
bool is_fresh(Instant at, Instant now, Duration age_max) {
    return at <= now && now - at <= age_max;
}

}  // namespace

std::optional<plan::Facts> Shared::facts() {
    const std::scoped_lock lock{mutex_};
    return facts_;
}

void Shared::learn(const plan::Facts& facts) {
    const std::scoped_lock lock{mutex_};
    facts_ = facts;
}

std::optional<Project> Shared::project(ProjectId id, Instant now) {
    const std::scoped_lock lock{mutex_};
    const auto found = projects_.find(id);
    if (found == projects_.end()) return std::nullopt;
    if (!is_fresh(found->second.at, now, project_age_max)) return std::nullopt;
    return found->second.project;
}

void Shared::remember(const Project& project, Instant now) {
    const std::scoped_lock lock{mutex_};
    if (projects_.size() >= projects_kept_max) projects_.clear();
    projects_[project.id] = {.project = project, .at = now};
}

bool Shared::marketplace_proven(Instant now) {
    const std::scoped_lock lock{mutex_};
    return is_fresh(marketplace_proven_at_, now, proof_age_max);
}

void Shared::prove_marketplace(Instant now) {
    const std::scoped_lock lock{mutex_};
    marketplace_proven_at_ = now;
}

Instant process_beginning(store::Database& database, Instant now) {
    const Instant last = store::read(database, store::last_journal_time);
    return std::max(now, last + 1us);
}

bool Shared::may_predate_us(Instant created_at) const {
    return created_at < began_ + clocks_differ_max;
}

std::optional<Shared::Newest> Shared::newest() {
    const std::scoped_lock lock{mutex_};
    return newest_;
}

void Shared::remember(Newest newest) {
    const std::scoped_lock lock{mutex_};
    if (!newest_ || newest.read_from < newest_->read_from) newest_ = std::move(newest);
}

bool Shared::recollected(const Subject& subject) {
    const std::scoped_lock lock{mutex_};
    return recollected_.contains(subject);
}

void Shared::remember_recollected(const Subject& subject) {
    const std::scoped_lock lock{mutex_};
    recollected_.insert(subject);
}

void Shared::remember_uncertain(std::int64_t write, Duration sent_at) {
    const std::scoped_lock lock{mutex_};
    uncertain_[write] = sent_at;
    our_uncertain_.insert(write);
}

Duration Shared::uncertain_since(std::int64_t write, Duration now) {
    const std::scoped_lock lock{mutex_};
    return uncertain_.try_emplace(write, now).first->second;
}

void Shared::forget_uncertain(std::int64_t write) {
    const std::scoped_lock lock{mutex_};
    uncertain_.erase(write);
    our_uncertain_.erase(write);
}

bool Shared::is_our_uncertain(std::int64_t write) {
    const std::scoped_lock lock{mutex_};
    return our_uncertain_.contains(write);
}

Result<plan::Facts> facts_of(Shared& shared, Remotes& remotes) {
    if (const auto known = shared.facts()) return *known;
    const std::unique_lock lock{shared.asking, std::try_to_lock};
    if (!lock) {
        return Failure{Error{
            .kind = ErrorKind::throttled,
            .says = "another worker is asking both remotes who we are",
            .retry_after = 100ms,
            .obstacle = Obstacle::ourselves}};
    }
    const auto oms = remotes.marketplace([](marketplace::Client& client) { return client.oms(); });
    if (!oms) return Failure{oms.error()};
    const auto myself = remotes.jira([](jira::Client& client) { return client.myself(); });
    if (!myself) return Failure{myself.error()};
    const auto fields = remotes.jira([](jira::Client& client) { return client.learn_fields(); });
    if (!fields) return Failure{fields.error()};
    const plan::Facts facts{
        .own_account = myself->account,
        .own_name = myself->name,
        .default_oms = oms->is_default,
        .epic_name_field = fields->epic_name};
    shared.learn(facts);
    shared.prove_marketplace(remotes.clock.now());
    return facts;
}

Result<bool> marketplace_identity(Shared& shared, Remotes& remotes) {
    if (shared.marketplace_proven(remotes.clock.now())) return true;
    OMS_RARE("remotes.marketplace_identity_asked");
    const auto oms = remotes.marketplace([](marketplace::Client& client) { return client.oms(); });
    if (oms) {
        shared.prove_marketplace(remotes.clock.now());
        return true;
    }
    Error error = oms.error();
    const bool not_ours = error.kind == ErrorKind::missing || error.kind == ErrorKind::forbidden;
    if (not_ours) {
        error.kind = ErrorKind::unauthorized;
        error.says = "the marketplace does not let our token see its OMS (" + error.says +
                     "): check OMS_ID and OMS_MP_TOKEN";
        remotes.marketplace_gate.failed(error, remotes.clock.now());
    }
    return Failure{error};
}

Result<bool> jira_identity(Shared& shared, Remotes& remotes) {
    OMS_RARE("remotes.jira_identity_asked");
    const auto myself = remotes.jira([](jira::Client& client) { return client.myself(); });
    if (!myself) return Failure{myself.error()};
    const auto facts = shared.facts();
    if (!facts || facts->own_account == myself->account) return true;
    return failure(
        ErrorKind::unauthorized,
        "Jira takes us for another account than before: check OMS_JIRA_USERNAME and its token"
    );
}

}  // namespace oms::sync
