#include "web/jira_webhook.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/json_excerpt.hpp"
#include "base/text.hpp"

namespace oms::web {
namespace {

using json::at;
using json::text_or_empty;

/// Of what is wanted of a usual delivery.
constexpr std::size_t arena_bytes = std::size_t{4} * 1024;

constexpr std::array id_alone{json::Wanted{"id"}};
constexpr std::array of_fields{json::Wanted{"labels"}, json::Wanted{"status", id_alone}};
constexpr std::array of_issue{
    json::Wanted{"id"},
    json::Wanted{"key"},
    json::Wanted{"fields", of_fields}};
constexpr std::array of_comment{
    json::Wanted{"id"},
    json::Wanted{"self"},
    json::Wanted{"body"},
    json::Wanted{"visibility"},
    json::Wanted{"jsdPublic"}};
constexpr std::array of_worklog{json::Wanted{"issueId"}};
constexpr std::array of_item{
    json::Wanted{"field"},
    json::Wanted{"fieldId"},
    json::Wanted{"fieldtype"},
    json::Wanted{"to"},
    json::Wanted{"toString"}};
constexpr std::array of_changelog{json::Wanted{"items", of_item}};
/// Whatever is read of a delivery below. Most of one is fields and people that nobody asks for.
constexpr std::array of_delivery{
    json::Wanted{"webhookEvent"},
    json::Wanted{"issue", of_issue},
    json::Wanted{"comment", of_comment},
    json::Wanted{"worklog", of_worklog},
    json::Wanted{"changelog", of_changelog}};

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 19 &&
           std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// The event goes into the journal: a name, and no text of whoever knows the secret.
bool is_event_name(std::string_view text) {
    constexpr std::size_t longest = 64;
    return text.size() <= longest &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_:") == std::string_view::npos;
}

/// The query's issue_id. A URL that was not migrated to Jira 10 may deliver `$10013`.
std::string issue_in_query(const http::Request& request) {
    std::string id = http::parameter(http::query_of(request.url), "issue_id").value_or("");
    if (id.starts_with('$')) id.erase(0, 1);
    return is_number(id) ? id : "";
}

/// `10021` of `…/issue/10021/comment/10010`: comment events of Jira 9 have no issue.
std::string issue_in_self(const std::string& self) {
    constexpr std::string_view before = "/issue/";
    const auto start = self.find(before);
    if (start == std::string::npos) return "";
    const std::string rest = self.substr(start + before.size());
    const std::string id = rest.substr(0, rest.find('/'));
    return is_number(id) ? id : "";
}

std::string issue_of(const json::value& body, const http::Request& request) {
    for (const std::string& id :
         {text_or_empty(at(body, {"issue", "id"})),
          issue_in_self(text_or_empty(at(body, {"comment", "self"}))),
          text_or_empty(at(body, {"worklog", "issueId"}))}) {
        if (is_number(id)) return id;
    }
    return issue_in_query(request);
}

std::string comment_claim(const json::value& comment) {
    const std::string id = text_or_empty(at(comment, "id"));
    const auto& visibility = at(comment, "visibility");
    std::string who = "all";
    if (!visibility.is_null()) {
        who = text_or_empty(at(visibility, "type")) + "/" + text_or_empty(at(visibility, "value"));
    }
    if (json::boolean(at(comment, "jsdPublic")) == false) who = "desk/internal";
    // The same fingerprint as the corridor keeps of a comment: our own echo is known by it.
    return "c=" + id + "#" +
           fingerprint(who + "\n" + trim(clean(text_or_empty(at(comment, "body")))));
}

bool is_voucher(const WebhookSettings& settings, const json::value& item) {
    const std::string id = text_or_empty(at(item, "fieldId"));
    if (!id.empty()) return id == settings.voucher_field_id;
    return text_or_empty(at(item, "fieldtype")) == "custom" &&
           text_or_empty(at(item, "field")) == settings.voucher_field_name;
}

void read_changelog(const WebhookSettings& settings, const json::value& body, WebhookHint& hint) {
    for (const auto& item : json::elements(at(body, {"changelog", "items"}))) {
        const std::string field = text_or_empty(at(item, "field"));
        const std::string id = text_or_empty(at(item, "fieldId"));
        const bool system = text_or_empty(at(item, "fieldtype")) != "custom";
        if (system && (id == "status" || (id.empty() && lower(field) == "status"))) {
            hint.claims.push_back("i=" + text_or_empty(at(item, "to")));
        } else if (system && field == "Key") {
            hint.claims.push_back("k=" + text_or_empty(at(item, "toString")));
        } else if (is_voucher(settings, item)) {
            hint.claims.push_back("v=" + fingerprint(trim(text_or_empty(at(item, "toString")))));
        }
    }
}

/// The issue as the body shows it: its status and key are claims too, since the change that led
/// there may have been told in a delivery that was lost.
void read_issue(const WebhookSettings& settings, const json::value& body, WebhookHint& hint) {
    const auto& issue = at(body, "issue");
    const auto& labels = at(issue, {"fields", "labels"});
    for (const auto& label : json::elements(labels)) {
        if (!hint.marked) hint.marked = parse_marker(settings.oms, text_or_empty(label));
    }
    hint.foreign_unless_linked = labels.is_array() && !hint.marked;
    const std::string status = text_or_empty(at(issue, {"fields", "status", "id"}));
    if (!status.empty()) hint.claims.push_back("i=" + status);
    const std::string key = text_or_empty(at(issue, "key"));
    if (!key.empty()) hint.claims.push_back("k=" + key);
}

/// An issue event that tells neither a change nor a comment may be a comment's deletion.
void read_issue_event(const json::value& body, WebhookHint& hint) {
    const auto& comment = at(body, "comment");
    if (comment.is_object()) hint.claims.push_back(comment_claim(comment));
    const bool silent = hint.event == "jira:issue_updated" && !comment.is_object() &&
                        json::elements(at(body, {"changelog", "items"})).empty();
    if (silent) hint.aspects = Aspect::issue | Aspect::comments;
    if (hint.event == "jira:issue_deleted") hint.aspects = bits(Aspect::issue);
    if (hint.event == "jira:issue_created") hint.claims.push_back("n=" + hint.issue.value);
}

/// The digest of X-Hub-Signature, `sha256=` and 64 hexadecimal digits; "" where there is none such.
std::string signature_of(const http::Request& request) {
    const std::string signature =
        lower(http::header(request.headers, "X-Hub-Signature").value_or(""));
    constexpr std::string_view algorithm = "sha256=";
    constexpr std::size_t digits = 64;
    const bool shaped =
        signature.starts_with(algorithm) && signature.size() == algorithm.size() + digits &&
        signature.find_first_not_of("0123456789abcdef", algorithm.size()) == std::string::npos;
    return shaped ? signature.substr(algorithm.size()) : "";
}

WebhookReading ignored(std::string why) { return {.ignored_because = std::move(why)}; }

}  // namespace

std::optional<WebhookAuth>
authenticate_by_header(const WebhookSettings& settings, const http::Request& request) {
    if (settings.secret.empty() && settings.previous.empty()) return WebhookAuth::not_configured;
    const auto secret = http::parameter(http::query_of(request.url), "secret");
    if (secret && (matches(settings.secret, *secret) || matches(settings.previous, *secret))) {
        return WebhookAuth::right;
    }
    if (signature_of(request).empty()) return WebhookAuth::wrong;
    return std::nullopt;
}

WebhookAuth authenticate(const WebhookSettings& settings, const http::Request& request) {
    if (const auto known = authenticate_by_header(settings, request)) return *known;
    const std::string given = signature_of(request);
    for (const Secret* key : {&settings.secret, &settings.previous}) {
        if (key->empty()) continue;
        const Secret wanted{hmac_sha256_hex(key->reveal(), request.body)};
        if (matches(wanted, given)) return WebhookAuth::right;
    }
    return WebhookAuth::wrong;
}

WebhookReading read_webhook(const WebhookSettings& settings, const http::Request& request) {
    WebhookHint hint;
    json::Arena arena{arena_bytes};
    const auto body = json::parse_excerpt(request.body, of_delivery, arena);
    if (!body) {
        // No body at all is how a webhook with excludeBody comes.
        const std::string id = issue_in_query(request);
        if (id.empty()) return ignored("unreadable");
        hint.issue = IssueId{id};
        hint.aspects = Aspect::issue | Aspect::comments;
        return {.hint = hint};
    }
    hint.event = text_or_empty(at(*body, "webhookEvent"));
    hint.issue = IssueId{issue_of(*body, request)};
    const bool is_of_issue = hint.event.starts_with("jira:issue_");
    const bool is_of_comment = hint.event.starts_with("comment_");
    const bool unknown_event = !is_of_issue && !is_of_comment && !hint.event.empty();
    if (unknown_event || !is_event_name(hint.event)) return ignored("event");
    if (hint.issue.empty()) return ignored("no_issue");

    read_changelog(settings, *body, hint);
    read_issue(settings, *body, hint);
    if (is_of_comment && hint.event != "comment_deleted" && at(*body, "comment").is_object()) {
        // Only the comment: what the body shows of the issue is not why it was sent.
        hint.claims = {comment_claim(at(*body, "comment"))};
    } else if (is_of_comment) {
        hint.claims.clear();
        hint.aspects = bits(Aspect::comments);
    } else {
        read_issue_event(*body, hint);
    }
    if (hint.event.empty()) hint.aspects = Aspect::issue | Aspect::comments;
    return {.hint = hint};
}

}  // namespace oms::web
