#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"

/// Weather apart from story: each seed picks its own mixture (swarm testing). All are chances per
/// request, commit or step; 0: this seed never sees it.
namespace oms::simulation {

struct Weather {
    // Around a request to a remote.
    double lost_request = 0;  ///< never arrives; the sender does not know
    double refused = 0;       ///< no connection: surely not sent
    double lost_answer = 0;   ///< carried out, the answer is lost
    double late_effect = 0;   ///< timed out, and carried out some seconds later
    double error_before = 0;  ///< 5xx, nothing was done
    double error_after = 0;   ///< 5xx, though it was done
    double page = 0;          ///< 200 with an HTML page, though it was done
    double cut_body = 0;      ///< JSON that ends in the middle, though it was done
    double throttled = 0;     ///< 429 with Retry-After
    double unauthorized = 0;  ///< 401 once, as while a session store is restarted
    double anonymous = 0;     ///< served as anonymous: 404 and X-Seraph-LoginReason
    double captcha = 0;       ///< per step: Jira wants a person to log in, until one does
    // On the way in.
    double webhook_lost = 0;
    double webhook_twice = 0;
    double webhook_forged = 0;  ///< with a right secret, of an issue that is nobody's
    Duration webhook_late{0};
    double trigger_lost = 0;
    double trigger_twice = 0;
    double trigger_forged = 0;  ///< per step: with a wrong credential, or for nothing
    // At the remotes.
    Duration index_lag{0};
    double index_flicker = 0;
    Duration events_late{0};
    double poison_event = 0;  ///< per act: the next event cannot be shown
    double event_lost = 0;    ///< per act: the next event is never shown
    bool same_second = false;
    // On our machine.
    double killed_at_call = 0;    ///< before or after a request
    double killed_at_commit = 0;  ///< before or after a commit
    double disk_full = 0;         ///< a commit fails, and the next few
    double commit_unknown = 0;    ///< a commit is durable, and its answer is lost
    double busy = 0;              ///< a commit fails: somebody else holds the database
    double power_fails = 0;       ///< per step: soon, with what was not synced lost
    double restore = 0;           ///< per step: the database of an earlier hour is put back
    double clock_jump = 0;        ///< per step
    bool far_jumps = false;       ///< by hours, not by seconds
    double meanwhile = 0;         ///< something else happens while a request is under way

    /// The mixture of this seed.
    /// `reads_past_index`: what Jira's index overlooks can be read many at once from its database.
    static Weather of(Random& random, bool reads_past_index);
    static Weather calm() { return {.meanwhile = 0.05}; }
};

/// For the story: what this seed's weather is made of.
std::string in_words(const Weather& weather);

}  // namespace oms::simulation
