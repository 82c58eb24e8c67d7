// Small texts with a meaning: times, durations, Retry-After, queries, keys, markers.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "domain/ids.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

void times(const std::string& text) {
    if (const auto at = parse_time(text)) {
        const std::string written = to_rfc3339(*at, 6);
        OMS_CHECK(written.size() == std::string_view{"2026-05-04T10:00:00.123456Z"}.size());
        OMS_CHECK(parse_time(written) == at);
        OMS_CHECK(text.find_first_not_of("0123456789-+:.TtZz ") == std::string::npos);
    }
    if (const auto duration = parse_duration(text)) {
        OMS_CHECK(duration->count() >= 0);
        OMS_CHECK(parse_duration(to_text(*duration)) == duration);
        OMS_CHECK(!in_words(*duration).empty());
    }
}

void waits(const Told& told) {
    const auto wait = http::retry_after({.status = 429, .headers = told.headers});
    if (!wait) return;
    OMS_CHECK(wait->count() >= 0 && *wait <= std::chrono::hours{24});
    OMS_CHECK(http::header(told.headers, "RETRY-AFTER").has_value());
}

void queries(const std::string& target) {
    OMS_CHECK(target.starts_with(http::path_of(target)));
    std::string rebuilt = "/?";
    for (const auto& [name, value] : http::query_of(target)) {
        rebuilt += percent_encode(name) + "=" + percent_encode(value) + "&";
    }
    OMS_CHECK(http::query_of(rebuilt) == http::query_of(target));
}

void keys(const std::string& text) {
    if (const auto subject = parse_key(text)) OMS_CHECK(parse_key(key_of(*subject)) == subject);
    if (const auto subject = parse_subject(text)) {
        OMS_CHECK(parse_subject(to_text(*subject)) == subject);
        OMS_CHECK(parse_marker(OmsId{1}, marker_of(OmsId{1}, *subject)) == subject);
    }
    // A label that is nearly one of ours is not ours.
    if (const auto subject = parse_marker(OmsId{1}, text)) {
        OMS_CHECK(marker_of(OmsId{1}, *subject) == text);
    }
    if (const auto marked = plan::parse_message_marker(OmsId{1}, text)) {
        OMS_CHECK(plan::message_marker(OmsId{1}, marked->message, marked->part) == text);
    }
    const auto written = plan::parse_written(text);
    OMS_CHECK(plan::parse_written(plan::written_text(written)) == written);
}

}  // namespace

void run(std::string_view input) {
    const Told parts = told(input);
    times(parts.first);
    queries(parts.first);
    keys(parts.first);
    waits(parts);
}

}  // namespace oms::fuzz
