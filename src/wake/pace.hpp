#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace oms::wake {

struct PaceSettings {
    std::string remote;
    double per_second = 0;  ///< requests in any second, of all processes together; 0: no limit
};

/// How late one request may be beside another between its turn and the remote, without the limit
/// being broken there: threads are woken late, networks differ.
inline constexpr Duration jitter_allowed = std::chrono::milliseconds{100};

/// No turn is given further ahead than this, whatever a caller would wait.
inline constexpr Duration ahead_max = std::chrono::minutes{1};

/// No pause is longer, whatever a remote asks for.
inline constexpr Duration pause_max = std::chrono::hours{24};

/// How far turns lie apart so that no window of one second at the remote sees more than
/// `per_second` requests, each of them up to `jitter_allowed` late: 1.1 s through the limit, of
/// which a fraction above one is cut off (2.5 a second would else be three in some). 0: no limit.
Duration spacing_of(double per_second);

/// The pace towards each remote, shared by all who send there. Turns are evenly spaced: no bursts.
/// The wait itself is the caller's business. May be used from any thread.
class Pace {
public:
    virtual ~Pace() = default;

    /// How long from now the caller has to wait for its turn, which is kept for it. Nothing where
    /// that would be longer than `most` (or `ahead_max`): nothing is kept, the caller comes again.
    /// No turn lies within a pause. A remote without settings has no limit, but may be paused.
    virtual std::optional<Duration> reserve(const std::string& remote, Duration most) = 0;

    /// All processes leave the remote alone for so long from now (`pause_max` at most); a shorter
    /// pause does not cut a longer one. 0 ends it. Turns given before stand: whoever waits for one
    /// looks at `paused_for` before it sends.
    virtual void pause(const std::string& remote, Duration length) = 0;

    /// How long still; 0: not paused.
    virtual Duration paused_for(const std::string& remote) = 0;
};

/// How old the count of those who share a limit may be: who was stopped for longer, or has not heard
/// from the others, sends nothing until it is counted anew.
inline constexpr Duration count_age_max = std::chrono::seconds{5};

/// The pace of one process: alone, it has the whole limit; of several, each its share, which
/// together keep the limit where it is at least one a second for each. Begins with one spacing.
class LocalPace final : public Pace {
public:
    LocalPace(Clock& clock, const std::vector<PaceSettings>& settings);

    /// How many processes share the limit, this one among them; less than one counts as one. Once
    /// called it is to be called again within `count_age_max`.
    void set_processes(int processes);
    /// No turn for so long, where there is a limit: until the others know that they are one more.
    void hold(Duration length);

    std::optional<Duration> reserve(const std::string& remote, Duration most) override;
    void pause(const std::string& remote, Duration length) override;
    Duration paused_for(const std::string& remote) override;

    // For a pace that is shared, and falls back to this one:

    [[nodiscard]] double per_second(const std::string& remote) const;
    /// A turn so far from now was given elsewhere: ours come after it.
    void follow(const std::string& remote, Duration turn);
    /// The pause is exactly so long, whatever it was.
    void set_pause(const std::string& remote, Duration length);
    /// How far ahead the last turn is; 0 where it is past.
    Duration ahead(const std::string& remote);

private:
    struct Lane {
        double per_second = 0;
        Duration last = {};          ///< the last turn given, by the steady clock
        Duration paused_until = {};  ///< by the steady clock
    };
    Lane& lane(const std::string& remote);

    Clock& clock_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, Lane> lanes_;
    int processes_ = 1;
    std::optional<Duration> counted_at_ = std::nullopt;  ///< by the steady clock; never: alone
};

}  // namespace oms::wake
