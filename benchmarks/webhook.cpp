#include "benchmarks/webhook.hpp"

#include <fmt/format.h>

namespace oms::bench {
namespace {

constexpr std::size_t smallest = std::size_t{4} * 1024;
constexpr std::size_t largest = std::size_t{20} * 1024;
constexpr std::size_t sizes = 9;

constexpr std::string_view before_text =
    R"json({"timestamp":1764350000000,"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_generic",)json"
    R"json("user":{"self":"https://jira.example.org/rest/api/2/user?username=ada","name":"ada","key":"JIRAUSER10100",)json"
    R"json("emailAddress":"ada@example.org","displayName":"Ada Byron","active":true,"timeZone":"Europe/Warsaw"},)json"
    R"json("issue":{"id":"7777777","self":"https://jira.example.org/rest/api/2/issue/7777777","key":"EOSC-7777777",)json"
    R"json("fields":{"issuetype":{"id":"10001","name":"Service order","subtask":false},)json"
    R"json("project":{"id":"10000","key":"EOSC","name":"Orders"},"labels":["marketplace"],)json"
    R"json("status":{"self":"https://jira.example.org/rest/api/2/status/3","name":"Waiting for response","id":"3",)json"
    R"json("statusCategory":{"id":4,"key":"indeterminate","name":"In Progress"}},)json"
    R"json("priority":{"name":"Medium","id":"3"},"assignee":null,"created":"2026-05-04T10:00:00.000+0000",)json"
    R"json("summary":"Service order, Ada Byron, Cloud Compute",)json";
constexpr std::string_view after_text =
    R"json("description":"The customer asks for four machines.\r\nBy Friday.","comment":{"comments":[],"maxResults":0,"total":0,"startAt":0}}},)json"
    R"json("changelog":{"id":"10200","items":[{"field":"status","fieldtype":"jira","fieldId":"status",)json"
    R"json("from":"2","fromString":"In progress","to":"3","toString":"Waiting for response"}]}})json";
/// As fields of an issue stand there: most are empty, some are people or options.
std::string field(int number) {
    const int id = 10'100 + number;
    switch (number % 6) {
    case 0:
        return fmt::format(
            R"json("customfield_{0}":{{"self":"https://jira.example.org/rest/api/2/user?username=person{0}",)json"
            R"json("name":"person{0}","key":"JIRAUSER{0}","emailAddress":"person{0}@example.org","avatarUrls":)json"
            R"json({{"48x48":"https://jira.example.org/secure/useravatar?ownerId=JIRAUSER{0}&avatarId=10500",)json"
            R"json("24x24":"https://jira.example.org/secure/useravatar?size=small&ownerId=JIRAUSER{0}&avatarId=10500",)json"
            R"json("16x16":"https://jira.example.org/secure/useravatar?size=xsmall&ownerId=JIRAUSER{0}&avatarId=10500"}},)json"
            R"json("displayName":"Person of {0}","active":true,"timeZone":"Europe/Warsaw"}},)json",
            id
        );
    case 1:
        return fmt::format(
            R"json("customfield_{0}":{{"self":"https://jira.example.org/rest/api/2/customFieldOption/{0}",)json"
            R"json("value":"Option of a usual length","id":"{0}","disabled":false}},)json",
            id
        );
    case 2:
        return fmt::format(
            R"json("customfield_{}":"A text of usual length, \"quoted\" once",)json", id
        );
    default: return fmt::format(R"json("customfield_{}":null,)json", id);
    }
}

/// Far enough from 1 that issues do not follow each other, and from every other factor.
constexpr std::uint64_t stride = 7919;

}  // namespace

std::string webhook_body(std::size_t bytes) {
    std::string body{before_text};
    std::string next = field(0);
    for (int number = 1; body.size() + next.size() + after_text.size() <= bytes; ++number) {
        body += next;
        next = field(number);
    }
    return body.append(after_text);
}

Webhooks::Webhooks(const std::string& secret, std::int64_t first, std::int64_t count)
    : first_{first},
      count_{count} {
    for (std::size_t i = 0; i < sizes; ++i) {
        const std::string body = webhook_body(smallest + (largest - smallest) * i / (sizes - 1));
        Prepared one{
            .request = fmt::format(
                "POST /api/webhooks/jira?issue_id={}&secret={} HTTP/1.1\r\nHost: "
                "oms.example.org\r\n"
                "Content-Type: application/json; charset=UTF-8\r\nUser-Agent: Atlassian HttpClient "
                "unknown / JIRA-9.12.2\r\nX-Atlassian-Webhook-Identifier: 1\r\nAccept: */*\r\n"
                "Content-Length: {}\r\n\r\n{}",
                issue_placeholder,
                secret,
                body.size(),
                body
            )};
        for (auto at = one.request.find(issue_placeholder); at != std::string::npos;
             at = one.request.find(issue_placeholder, at + 1))
            one.places.push_back(at);
        prepared_.push_back(std::move(one));
    }
}

std::string_view Webhooks::next() {
    Prepared& one = prepared_[turn_ % prepared_.size()];
    const auto issue =
        first_ + static_cast<std::int64_t>(turn_ * stride % static_cast<std::uint64_t>(count_));
    const std::string id = std::to_string(issue);
    for (const std::size_t place : one.places)
        one.request.replace(place, id.size(), id);
    ++turn_;
    return one.request;
}

}  // namespace oms::bench
