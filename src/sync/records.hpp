#pragma once

#include "base/planted.hpp"
#include "store/database.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

namespace oms::sync {

/// What a write to our own records needs: the leased subject and the proof that it is still ours.
class Records {
public:
    Records(store::Database& database, Clock& clock, store::Leased leased, Duration lease_length)
        : database_{database},
          clock_{clock},
          leased_{std::move(leased)},
          lease_length_{lease_length} {}

    [[nodiscard]] const store::Leased& leased() const { return leased_; }
    [[nodiscard]] const Subject& subject() const { return leased_.subject; }
    [[nodiscard]] Instant now() const { return clock_.now(); }

    /// Runs `work` in a transaction that holds only while the lease is ours; renews the lease.
    /// Throws store::LeaseLost where it is not.
    void record(const store::Work& work) {
        const Instant until =
            OMS_PLANTED("records.lease_not_renewed") ? clock_.now() : clock_.now() + lease_length_;
        database_.write([&](store::Connection& connection) {
            store::renew(connection, leased_, until);
            work(connection);
        });
    }

    /// A link of the subject to an issue that is known as of now.
    [[nodiscard]] Link new_link(const IssueId& id, const IssueKey& key) const {
        return {
            .subject = leased_.subject,
            .issue_id = id,
            .issue_key = key,
            .linked_at = now(),
            .synced_at = now()};
    }

    /// Changes the subject's link, which must be there.
    void change_link(store::Connection& connection, const std::function<void(Link&)>& change)
        const {
        auto link = store::find_link(connection, leased_.subject);
        if (!link) return;
        change(*link);
        store::put_link(connection, *link);
    }

private:
    store::Database& database_;
    Clock& clock_;
    store::Leased leased_;
    Duration lease_length_;
};

}  // namespace oms::sync
