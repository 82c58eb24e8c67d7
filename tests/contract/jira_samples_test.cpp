#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

/// What was recorded of real Jiras, beside what the simulated ones answer: of the members that the
/// adapter reads, each that a recording shows is there in the same type, and those that tell the
/// generations apart are there, or not there, in both.
namespace oms::contract {
namespace {

using Paths = std::vector<std::string>;
using Types = std::set<std::string>;

std::string type_of(const json::value& value) {
    if (value.is_object()) return "object";
    if (value.is_array()) return "array";
    if (value.is_string()) return "string";
    if (value.is_bool()) return "boolean";
    return value.is_null() ? "null" : "number";
}

/// The types of what stands at `a.b[].c`, each element for itself; none: it is nowhere.
void collect(const json::value& value, std::string_view path, Types& types) {
    if (path.empty()) {
        types.insert(type_of(value));
        return;
    }
    const auto dot = path.find('.');
    std::string_view name = path.substr(0, dot);
    const std::string_view rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    const bool each = name.ends_with("[]");
    if (each) name.remove_suffix(2);
    const json::object* members = value.if_object();
    const bool whole = name.empty();
    if (!whole && (members == nullptr || !members->contains(name))) return;
    const json::value& found = whole ? value : members->at(name);
    if (!each) return collect(found, rest, types);
    for (const json::value& element : json::elements(found))
        collect(element, rest, types);
}

Types types_at(const json::value& value, const std::string& path) {
    Types types;
    collect(value, path, types);
    return types;
}

std::string in_words(const Types& types) {
    return types.empty() ? "nothing" : join({types.begin(), types.end()}, " or ");
}

struct Sample {
    const char* profile;
    const char* file;
    std::string asked;  ///< a path of the API, or the name of an event
    Paths reads;        ///< in the same type where the recording has it
    Paths tells;        ///< there in both, or in neither
};

void compare(const Sample& sample, const json::value& recorded, const json::value& ours) {
    for (const std::string& path : sample.reads) {
        Types theirs = types_at(recorded, path);
        theirs.erase("null");
        const Types here = types_at(ours, path);
        for (const std::string& type : theirs) {
            EXPECT_TRUE(here.contains(type))
                << sample.file << ": " << path << " is " << in_words(theirs) << ", in "
                << sample.profile << " " << in_words(here);
        }
    }
    for (const std::string& path : sample.tells) {
        EXPECT_EQ(types_at(recorded, path).empty(), types_at(ours, path).empty())
            << sample.file << ": " << path << " is " << in_words(types_at(recorded, path))
            << ", in " << sample.profile << " " << in_words(types_at(ours, path));
    }
}

Paths under(const std::string& prefix, const Paths& paths) {
    Paths all;
    for (const std::string& path : paths)
        all.push_back(prefix + path);
    return all;
}

Paths operator+(Paths left, const Paths& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const Paths person{"displayName", "active", "self", "avatarUrls"};
const Paths names{"name", "key", "accountId"};
const Paths status{"id", "name", "statusCategory.key", "statusCategory.id"};
const Paths comment = Paths{"id", "self", "body", "created", "updated"} + under("author.", person) +
                      Paths{"visibility.type", "visibility.value"};
const Paths issue =
    Paths{
        "id",
        "key",
        "self",
        "fields.summary",
        "fields.labels",
        "fields.created",
        "fields.updated",
        "fields.issuetype.id",
        "fields.issuetype.name",
        "fields.issuetype.subtask",
        "fields.project.id",
        "fields.project.key",
        "fields.project.projectTypeKey"} +
    under("fields.status.", status) + under("fields.reporter.", person);
const Paths field{
    "name",
    "required",
    "hasDefaultValue",
    "operations",
    "schema.type",
    "schema.system",
    "allowedValues[].id",
    "allowedValues[].value"};

/// A house in which something has happened.
struct LivedIn : sim::JiraHouse {
    explicit LivedIn(const std::string& profile) : JiraHouse{profile} {
        given_order("Order", R"(,"labels":["m"],"customfield_10118":{"id":"10211"})");
        jira.comment("anna", "EOSC-1", "Hello", "User");
    }
};

// NOLINTNEXTLINE(readability-function-size): a table
const std::vector<Sample>& answers() {
    static const Paths info{
        "baseUrl",
        "version",
        "versionNumbers",
        "deploymentType",
        "buildNumber",
        "serverTime",
        "serverTitle"};
    static const Paths whole =
        Paths{
            "projects[].id",
            "projects[].key",
            "projects[].name",
            "projects[].issuetypes[].id",
            "projects[].issuetypes[].name",
            "projects[].issuetypes[].subtask"} +
        under("projects[].issuetypes[].fields.summary.", field);
    static const Paths list{
        "[].id",
        "[].name",
        "[].custom",
        "[].clauseNames",
        "[].schema.type",
        "[].orderable",
        "[].searchable"};
    static const std::string meta = "issue/createmeta?expand=projects.issuetypes.fields";
    static const std::string v9 = "issue/createmeta/EOSC/issuetypes";
    static const std::vector<Sample> all{
        {"cloud", "jira-cli/serverinfo.json", "serverInfo", info, info},
        {"server-8.4", "jira-cli/createmeta.json", meta, whole, {"isLast", "projects"}},
        {"server-8.4",
         "mattermost/webapp_src_testdata_server-get-create-issue-metadata-for-project.json",
         meta,
         whole,
         {"isLast", "projects"}},
        {"cloud",
         "mattermost/webapp_src_testdata_cloud-get-create-issue-metadata-for-project.json",
         meta,
         whole,
         {"isLast", "projects"}},
        {"dc-9.12",
         "jira-cli/createmetav9.json",
         v9,
         {"maxResults",
          "startAt",
          "total",
          "isLast",
          "values[].id",
          "values[].name",
          "values[].subtask"},
         {"values", "issueTypes", "isLast", "projects"}},
        {"server-8.4",
         "go-jira/transitions.json",
         "issue/EOSC-1/transitions",
         Paths{"transitions[].id", "transitions[].name"} + under("transitions[].to.", status),
         {"transitions[].to"}},
        {"server-8.4", "go-jira/all_statuses.json", "status", under("[].", status), {}},
        {"cloud", "go-jira/all_fields.json", "field", list, {"[].key"}},
        {"dc-9.12", "jira-cli/fields.json", "field", list, {}},
        {"server-8.4",
         "go-jira/project.json",
         "project/EOSC",
         {"id", "key", "name", "self", "issueTypes[].id", "issueTypes[].name", "roles"},
         {}},
        {"server-8.4",
         "php-jira-rest-client/comment.json",
         "issue/EOSC-1/comment/20001",
         comment,
         under("author.", names) + Paths{"jsdPublic", "visibility.identifier"}},
        {"server-8.4",
         "php-jira-rest-client/issue.json",
         "issue/EOSC-1",
         issue,
         under("fields.reporter.", names)},
        {"dc-9.12",
         "ocean-jira-server/integrations_jira-server_examples_raw_issue.json",
         "issue/EOSC-1",
         issue,
         under("fields.reporter.", names)},
        {"dc-10.3",
         "ocean-jira-server/integrations_jira-server_examples_raw_issue.json",
         "issue/EOSC-1",
         issue,
         under("fields.reporter.", names)},
        {"dc-10.3",
         "ocean-jira-server/integrations_jira-server_examples_raw_user.json",
         "myself",
         person + names + Paths{"emailAddress", "timeZone", "locale"},
         names},
        {"dc-10.3",
         "ocean-jira-server/integrations_jira-server_examples_raw_project.json",
         "project/EOSC",
         {"id", "key", "name", "projectTypeKey", "archived"},
         {}},
        {"cloud",
         "ocean-jira-cloud/integrations_jira_.port_examples_issue_b.json",
         "issue/EOSC-1",
         issue,
         under("fields.reporter.", names)},
        {"cloud",
         "ocean-jira-cloud/integrations_jira_.port_examples_user_b.json",
         "myself",
         person + names + Paths{"accountType"},
         names + Paths{"accountType"}},
        {"cloud",
         "ocean-jira-cloud/integrations_jira_.port_examples_project_b.json",
         "project/EOSC",
         {"id", "key", "name", "projectTypeKey"},
         {}},
        {"cloud",
         "jira-cli/search.json",
         "search/jql?jql=project=EOSC&fields=*all",
         Paths{"isLast"} + under("issues[].", {"key", "fields.summary", "fields.status.name"}),
         {"isLast", "total", "startAt"}},
    };
    return all;
}

TEST(JiraSamples, RecordedAnswersHaveTheShapesOfTheProfiles) {
    const auto folder = sim::fixtures("jira/api-samples");
    if (!folder) GTEST_SKIP() << "no recorded answers on this machine";
    for (const Sample& sample : answers()) {
        LivedIn house{sample.profile};
        const sim::Asked asked = house.get(sample.asked);
        ASSERT_EQ(asked.status, 200) << sample.asked;
        compare(sample, sim::read_json(*folder / sample.file), asked.body);
    }
}

/// The event of that name (or of that issue_event_type_name) among what a little story causes.
json::value event_of(const std::string& profile, const std::string& name) {
    LivedIn house{profile};
    house.jira.set_voucher("anna", "EOSC-1", "before");
    house.jira.register_webhook("w", "http://adapter/");
    house.given_order("New");
    const std::string id = house.jira.comment("anna", "EOSC-1", "Hello");
    house.jira.edit_comment("anna", "EOSC-1", id, "Hello!");
    house.jira.delete_comment("anna", "EOSC-1", id);
    house.jira.transition("anna", "EOSC-1", "In Progress");
    house.jira.set_voucher("anna", "EOSC-1", "after");
    house.jira.move("anna", "EOSC-1", "HELP");
    house.jira.remove("anna", "EOSC-2");
    for (const http::Request& request : house.jira.take_outgoing()) {
        json::value body = *json::parse(request.body);
        const bool typed = json::text_or_empty(json::at(body, "issue_event_type_name")) == name;
        if (typed || json::text_or_empty(json::at(body, "webhookEvent")) == name) return body;
    }
    return nullptr;
}

const Paths changes{
    "changelog.items[].field",
    "changelog.items[].fieldtype",
    "changelog.items[].fromString",
    "changelog.items[].toString"};
const Paths presence{"user", "issue", "comment", "changelog", "issue_event_type_name"};

// NOLINTNEXTLINE(readability-function-size): a table
std::vector<Sample> events() {
    const Paths of_comment = under("comment.", comment) + Paths{
                                                              "webhookEvent",
                                                              "issue.id",
                                                              "issue.key",
                                                              "issue.fields.summary",
                                                              "issue.fields.status.id"};
    const Paths of_issue = under("issue.", issue) + changes + Paths{"webhookEvent"} +
                           under("user.", person) + under("comment.", comment);
    const Paths shown = presence + Paths{"comment.jsdPublic"};
    const std::string plugin = "mattermost-plugin-jira/webhook-";
    static const std::vector<std::pair<std::string, std::string>> server{
        {"server-comment-deleted", "comment_deleted"},
        {"server-issue-updated-closed", "issue_generic"},
        {"server-issue-updated-comment-edited", "issue_comment_edited"},
        {"server-issue-updated-commented-2", "issue_commented"},
        {"server-updated-custom-field", "issue_updated"}};
    static std::vector<std::string> files;
    files.reserve(64);
    std::vector<Sample> all;
    const auto add = [&](const char* profile,
                         std::string file,
                         const std::string& event,
                         const Paths& reads,
                         const Paths& tells) {
        files.push_back(std::move(file));
        all.push_back({profile, files.back().c_str(), event, reads, tells});
    };
    for (const char* profile : {"server-8.4", "dc-9.12"}) {
        for (const auto& [file, event] : server) {
            const bool of = event == "comment_deleted";
            add(profile,
                plugin + file + ".json",
                event,
                of ? of_comment : of_issue,
                shown + Paths{"changelog.items[].fieldId", "issue.fields.comment.comments"});
        }
        add(profile, "jira-to-matrix/comment__created.json", "comment_created", of_comment, shown);
        add(profile,
            "laravel-jira-webhook/jira_issue_deleted.json",
            "jira:issue_deleted",
            of_issue,
            presence);
        add(profile,
            "laravel-jira-webhook/jira_issue_created.json",
            "jira:issue_created",
            of_issue,
            presence);
    }
    const Paths account = shown + under("comment.author.", names);
    add("cloud", "jira-to-matrix/comment__updated.json", "comment_updated", of_comment, account);
    add("cloud", "jira-to-matrix/comment__deleted.json", "comment_deleted", of_comment, account);
    // Before April 2019 people on Cloud still had names.
    add("cloud",
        plugin + "cloud-comment-created-mention-user.json",
        "comment_created",
        of_comment,
        presence);
    add("cloud",
        plugin + "issue-updated-started-working.json",
        "issue_generic",
        of_issue,
        presence + Paths{"changelog.items[].fieldId", "issue.fields.comment"});
    add("cloud",
        plugin + "cloud-issue-created-many-fields.json",
        "jira:issue_created",
        of_issue,
        presence + Paths{"changelog.items[].fieldId", "issue.fields.comment"});
    add("cloud", "jira-to-matrix/issue__updated__move-issue.json", "issue_moved", of_issue, presence
    );
    return all;
}

TEST(JiraSamples, RecordedWebhooksHaveTheShapesOfTheProfiles) {
    const auto folder = sim::fixtures("jira/webhooks");
    if (!folder) GTEST_SKIP() << "no recorded webhooks on this machine";
    for (const Sample& sample : events()) {
        const json::value ours = event_of(sample.profile, sample.asked);
        ASSERT_TRUE(ours.is_object()) << sample.profile << " has no " << sample.asked;
        compare(sample, sim::read_json(*folder / sample.file), ours);
    }
}

}  // namespace
}  // namespace oms::contract
