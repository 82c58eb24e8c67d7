#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/writes.hpp"

namespace oms::jobs {

/// How a subject's turn ended.
enum class TurnEnd {
    done,     ///< both sides agree, as far as was looked
    waiting,  ///< an order, for its project
    blocked,  ///< a person is needed
    failed,   ///< tried again later, or put to attention
    lost,     ///< the lease had passed to somebody else
    error,    ///< of our own, or of the database
};

inline std::string_view to_text(TurnEnd end) {
    switch (end) {
    case TurnEnd::done: return "done";
    case TurnEnd::waiting: return "waiting";
    case TurnEnd::blocked: return "blocked";
    case TurnEnd::failed: return "failed";
    case TurnEnd::lost: return "lost";
    case TurnEnd::error: return "error";
    }
    return "";
}

/// What a look at both sides led to.
enum class LookEnd {
    agree,   ///< nothing is to be written to a remote
    differ,  ///< something is
    failed,  ///< a remote did not answer
};

/// Told of what happens to subjects; this one does nothing with it. Called from the workers' threads:
/// it neither waits nor throws.
class Watch {
public:
    virtual ~Watch() = default;
    virtual void turn_ended(TurnEnd /*end*/, Duration /*took*/) const {}
    virtual void turn_failed(ErrorKind /*why*/) const {}
    /// A turn tries again what failed before.
    virtual void retried() const {}
    virtual void looked(LookEnd /*end*/) const {}
    /// A remote has taken a change; how long after the hint that led to it.
    virtual void carried(store::WriteKind /*kind*/, Duration /*since_hint*/) const {}
    /// A write to a remote has ended so, or its outcome is not known.
    virtual void wrote(store::WriteKind /*kind*/, store::WriteState /*state*/) const {}
    /// Both sides had moved, differently.
    virtual void conflicted() const {}
};

inline const Watch no_watch;

}  // namespace oms::jobs
