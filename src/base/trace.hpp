#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"

/// Traces as the W3C's Trace Context has them: which call was made for which turn of which subject.
namespace oms::trace {

/// What `traceparent` carries from one program to the next.
struct Context {
    std::string trace_id = {};  ///< 32 hexadecimal digits
    std::string span_id = {};   ///< 16
    bool sampled = false;       ///< somebody keeps it
    friend bool operator==(const Context&, const Context&) = default;
};

/// Nothing where it is not as the standard asks for.
std::optional<Context> parse_traceparent(std::string_view text);
std::string to_traceparent(const Context& context);

enum class Kind { internal, client };

/// A piece of work that has ended. Never a secret, a customer's text or a query.
struct Record {
    std::string name = {};
    Kind kind = Kind::internal;
    Context context = {};
    std::string parent_span_id = {};  ///< "": none
    Instant began = {};
    Instant ended = {};
    std::vector<std::pair<std::string, std::string>> texts = {};
    std::vector<std::pair<std::string, std::int64_t>> numbers = {};
    bool failed = false;
};

/// Where ended spans go. From any thread; does not wait.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void keep(Record record) = 0;
};

class Span;

/// The spans of one thread. Ids come from `random`; ended spans go to `sink`, which may be null: the
/// ids are then still passed on and logged.
class Tracer {
public:
    Tracer(Random& random, Clock& clock, Sink* sink)
        : random_{random},
          clock_{clock},
          sink_{sink} {}

    /// Of the innermost span; nothing between the turns.
    [[nodiscard]] std::optional<Context> current() const;
    /// Whether the outermost span's parent is somebody else's.
    [[nodiscard]] bool has_foreign_parent() const { return foreign_parent_; }

private:
    friend class Span;

    Random& random_;
    Clock& clock_;
    Sink* sink_;
    std::vector<Span*> open_;
    bool foreign_parent_ = false;
};

/// Lasts as long as the work. `tracer` may be null: then it does nothing.
class Span {
public:
    /// A part of the innermost open span; where there is none, of `parent`, or a trace of its own.
    Span(
        Tracer* tracer,
        std::string_view name,
        Kind kind = Kind::internal,
        const std::optional<Context>& parent = std::nullopt
    );
    ~Span();
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

    void set(std::string_view name, std::string_view value);
    void set(std::string_view name, std::int64_t value);
    void fail() { record_.failed = true; }
    [[nodiscard]] const Context& context() const { return record_.context; }

private:
    Tracer* tracer_;
    Record record_;
};

/// Whose call made a subject worth a look, until its turn comes: in memory only, and forgotten where
/// they become too many. From any thread.
class Parents {
public:
    void remember(const std::string& key, const Context& context);
    std::optional<Context> take(const std::string& key);

private:
    std::mutex mutex_;  // guards the next
    std::unordered_map<std::string, Context> kept_;
};

}  // namespace oms::trace
