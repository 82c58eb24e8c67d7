// A Jira webhook's request: who may send it, and where it tells us to look.
#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "jira/dialect.hpp"
#include "jira/wire.hpp"
#include "plan/comments.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "web/jira_webhook.hpp"

namespace oms::fuzz {
namespace {

constexpr std::string_view secret = "a long and random secret";

const web::WebhookSettings& settings() {
    static const web::WebhookSettings told{
        .secret = Secret{std::string{secret}},
        .previous = Secret{"the one before"},
        .oms = {1},
        .voucher_field_id = "customfield_10100"};
    return told;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void authentication(const http::Request& request) {
    OMS_CHECK(web::authenticate({}, request) == web::WebhookAuth::not_configured);
    const auto given = http::parameter(http::query_of(request.url), "secret");
    const bool by_query = given == secret || given == "the one before";
    const bool signed_by = http::header(request.headers, "X-Hub-Signature").has_value();
    if (web::authenticate(settings(), request) == web::WebhookAuth::right)
        OMS_CHECK(by_query || signed_by);
    if (by_query) OMS_CHECK(web::authenticate(settings(), request) == web::WebhookAuth::right);

    http::Request right{.method = "POST", .url = "/api/webhooks/jira", .body = request.body};
    OMS_CHECK(web::authenticate(settings(), right) == web::WebhookAuth::wrong);
    right.headers = {{"X-Hub-Signature", "sha256=" + hmac_sha256_hex(secret, request.body)}};
    OMS_CHECK(web::authenticate(settings(), right) == web::WebhookAuth::right);
    right.body += "x";
    OMS_CHECK(web::authenticate(settings(), right) == web::WebhookAuth::wrong);
}

void check_hint(const web::WebhookHint& hint) {
    OMS_CHECK(is_digits(hint.issue.value) && hint.issue.value.size() <= 19);
    OMS_CHECK(
        hint.event.empty() || hint.event.starts_with("jira:issue_") ||
        hint.event.starts_with("comment_")
    );
    OMS_CHECK(!(hint.marked && hint.foreign_unless_linked));
    if (hint.marked) OMS_CHECK(!hint.marked->is_issue() && hint.marked->project.value > 0);
    OMS_CHECK((hint.aspects & ~all_aspects) == 0);
    for (const std::string& claim : hint.claims) {
        OMS_CHECK(claim.size() >= 2 && claim[1] == '=' && is_utf8(claim));
        OMS_CHECK(std::string_view{"ikvcn"}.find(claim[0]) != std::string_view::npos);
    }
}

bool same(const web::WebhookReading& a, const web::WebhookReading& b) {
    if (a.ignored_because != b.ignored_because || a.hint.has_value() != b.hint.has_value())
        return false;
    if (!a.hint) return true;
    return a.hint->event == b.hint->event && a.hint->issue == b.hint->issue &&
           a.hint->marked == b.hint->marked && a.hint->aspects == b.hint->aspects &&
           a.hint->claims == b.hint->claims &&
           a.hint->foreign_unless_linked == b.hint->foreign_unless_linked;
}

/// Our own comment's echo is known by the hash that was kept when it was written.
void echo(const json::value& body, const web::WebhookHint& hint) {
    if (hint.event != "comment_created" && hint.event != "comment_updated") return;
    const auto& told = json::at(body, "comment");
    const auto comment = jira::wire::comment(*jira::data_center_9_dialect(), told);
    const bool noted = !json::at(told, "properties").is_null();
    if (!comment || noted) return;
    OMS_CHECK(hint.claims.size() == 1);
    OMS_CHECK(hint.claims[0] == "c=" + comment->id.value + "#" + plan::comment_hash(*comment));
}

}  // namespace

void run(std::string_view input) {
    const Told parts = told(input);
    http::Request request{
        .method = "POST", .url = parts.first, .headers = parts.headers, .body = parts.body};
    authentication(request);
    const web::WebhookReading reading = web::read_webhook(settings(), request);
    OMS_CHECK(reading.hint.has_value() == reading.ignored_because.empty());
    if (!reading.hint) {
        const std::vector<std::string> known{"unreadable", "event", "no_issue"};
        OMS_CHECK(std::ranges::find(known, reading.ignored_because) != known.end());
    } else {
        check_hint(*reading.hint);
    }
    const auto body = json::parse(request.body);
    if (!body) return;
    if (reading.hint) echo(*body, *reading.hint);
    request.body = json::write(*body);
    OMS_CHECK(same(web::read_webhook(settings(), request), reading));
}

}  // namespace oms::fuzz
