#include "base/trace.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace oms::trace {
namespace {

constexpr std::size_t trace_digits = 32;
constexpr std::size_t span_digits = 16;
constexpr std::size_t parents_max = 1000;

bool is_id(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           text.find_first_not_of('0') != std::string_view::npos;
}

/// Never all zeros, which the standard calls invalid.
std::string new_span_id(Random& random) {
    return fmt::format("{:016x}", std::max<std::uint64_t>(random.next(), 1));
}

}  // namespace

std::optional<Context> parse_traceparent(std::string_view text) {
    // 00-TRACE-SPAN-FLAGS; a later version may have more behind that.
    constexpr std::size_t length = 2 + 1 + trace_digits + 1 + span_digits + 1 + 2;
    if (text.size() < length || text[2] != '-' || text[35] != '-' || text[52] != '-')
        return std::nullopt;
    const std::string_view version = text.substr(0, 2);
    const std::string_view flags = text.substr(53, 2);
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    const bool readable = version.find_first_not_of(hexadecimal) == std::string_view::npos &&
                          flags.find_first_not_of(hexadecimal) == std::string_view::npos &&
                          version != "ff";
    const bool ends = text.size() == length || (version != "00" && text[length] == '-');
    const std::string_view trace_id = text.substr(3, trace_digits);
    const std::string_view span_id = text.substr(36, span_digits);
    if (!readable || !ends || !is_id(trace_id, trace_digits) || !is_id(span_id, span_digits))
        return std::nullopt;
    // The last bit of the last digit: odd digits are 1, 3, 5, 7, 9, b, d, f.
    const bool sampled = hexadecimal.find(flags[1]) % 2 == 1;
    return Context{std::string{trace_id}, std::string{span_id}, sampled};
}

std::string to_traceparent(const Context& context) {
    return fmt::format(
        "00-{}-{}-{}", context.trace_id, context.span_id, context.sampled ? "01" : "00"
    );
}

std::optional<Context> Tracer::current() const {
    if (open_.empty()) return std::nullopt;
    return open_.back()->context();
}

Span::Span(Tracer* tracer, std::string_view name, Kind kind, const std::optional<Context>& parent)
    : tracer_{tracer} {
    if (tracer_ == nullptr) return;
    const std::optional<Context> outer = tracer_->current();
    if (!outer) tracer_->foreign_parent_ = parent.has_value();
    const std::optional<Context>& above = outer ? outer : parent;
    record_.name = name;
    record_.kind = kind;
    record_.context = {
        .trace_id = above ? above->trace_id : random_hex_32(tracer_->random_),
        .span_id = new_span_id(tracer_->random_),
        .sampled = tracer_->sink_ != nullptr || (above && above->sampled)};
    if (above) record_.parent_span_id = above->span_id;
    record_.began = tracer_->clock_.now();
    tracer_->open_.push_back(this);
}

Span::~Span() {
    if (tracer_ == nullptr) return;
    tracer_->open_.pop_back();
    if (tracer_->open_.empty()) tracer_->foreign_parent_ = false;
    if (tracer_->sink_ == nullptr) return;
    record_.ended = std::max(record_.began, tracer_->clock_.now());
    tracer_->sink_->keep(std::move(record_));
}

void Span::set(std::string_view name, std::string_view value) {
    if (tracer_ != nullptr) record_.texts.emplace_back(name, value);
}

void Span::set(std::string_view name, std::int64_t value) {
    if (tracer_ != nullptr) record_.numbers.emplace_back(name, value);
}

void Parents::remember(const std::string& key, const Context& context) {
    const std::scoped_lock lock{mutex_};
    // They are short-lived: what is left over was taken by another process.
    if (kept_.size() >= parents_max) kept_.clear();
    kept_[key] = context;
}

std::optional<Context> Parents::take(const std::string& key) {
    const std::scoped_lock lock{mutex_};
    const auto found = kept_.find(key);
    if (found == kept_.end()) return std::nullopt;
    Context context = std::move(found->second);
    kept_.erase(found);
    return context;
}

}  // namespace oms::trace
