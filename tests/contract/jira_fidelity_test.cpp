#include <fmt/format.h>

#include "base/text.hpp"
#include "http/transport.hpp"
#include "jira/client.hpp"
#include "tests/contract/jira_description.hpp"
#include "tests/unit/sim/jira_house.hpp"

/// The simulated generations and our client are held to Atlassian's own descriptions: every answer that
/// the adapter uses, and every body that it sends. 9.12 is described nowhere: it stands between 8.4.3
/// and 10.3, and is held to both.
namespace oms::contract {
namespace {

/// A house whose exchanges are kept.
struct KeptHouse : sim::JiraHouse {
    explicit KeptHouse(const std::string& profile) : JiraHouse{profile} {}

    sim::Asked
    keep(const std::string& method, const std::string& target, const std::string& body = "") {
        sim::Asked asked = ask(method, "/rest" + target, body);
        kept.push_back(
            {.method = method,
             .path = std::string{http::path_of(target)},
             .request = body.empty() ? json::value{} : *json::parse(body),
             .status = asked.status,
             .answer = asked.body}
        );
        return asked;
    }

    std::vector<Exchange> kept;
};

/// What is the same in all: `api` is where the API is, `text` makes a long text of it.
void play_common(KeptHouse& house, const std::string& api, const std::string& text) {
    const auto get = [&](const std::string& path) { house.keep("GET", api + path); };
    const auto send = [&](const std::string& method,
                          const std::string& path,
                          const std::string& body) { house.keep(method, api + path, body); };
    get("/serverInfo");
    get("/myself");
    get("/field");
    get("/status");
    get("/status/1");
    get("/issuetype");
    get("/issuetype/10204");
    get("/project/EOSC");
    get("/mypermissions?permissions=CREATE_ISSUES,ADD_COMMENTS");
    get("/issue/createmeta/EOSC/issuetypes");
    get("/issue/createmeta/EOSC/issuetypes/10204?maxResults=200");
    send(
        "POST",
        "/issue",
        R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},
        "summary":"An order","labels":["m"],"customfield_10118":{"id":"10211"},
        "customfield_10120":)" +
            text + R"(},"properties":[{"key":"p","value":{"marker":"m"}}]})"
    );
    send("POST", "/issue", R"({"fields":{"project":{"key":"NONE"},"issuetype":{"id":"1"}}})");
    send("PUT", "/issue/10001", R"({"fields":{"summary":"Another","customfield_10119":"V"}})");
    send("PUT", "/issue/10001", R"({"update":{"labels":[{"add":"x"}]}})");
    send(
        "POST",
        "/issue/10001/comment",
        R"({"body":)" + text +
            R"(,"visibility":{"type":"role","value":"User"},
        "properties":[{"key":"p","value":{"marker":"c"}}]})"
    );
    send("PUT", "/issue/10001/comment/20001", R"({"body":)" + text + "}");
    send("POST", "/issue/10001/transitions", R"({"transition":{"id":"11"}})");
    send("PUT", "/issue/10001/properties/p", R"({"marker":"m"})");
    get("/issue/10001");
    get("/issue/10001?fields=summary,status&properties=p&expand=transitions");
    get("/issue/10099");
    get("/issue/10001/comment?startAt=0&maxResults=100&expand=properties");
    get("/issue/10001/comment/20001");
    get("/issue/10001/transitions?expand=transitions.fields");
    get("/issue/10001/editmeta");
    get("/issue/10001/properties");
    get("/issue/10001/properties/p");
    get("/comment/20001/properties/p");
    send("DELETE", "/issue/10001/comment/20001", "");
}

std::vector<Exchange> of_server(const std::string& profile) {
    KeptHouse house{profile};
    play_common(house, "/api/2", R"("A text")");
    house.keep("GET", "/api/2/search?jql=project=EOSC");
    house.keep(
        "POST",
        "/api/2/search",
        R"({"jql":"project = EOSC","startAt":0,"maxResults":50,"fields":["summary","status"]})"
    );
    house.keep("POST", "/api/2/search", R"({"jql":"nonsense ="})");
    return std::move(house.kept);
}

std::vector<Exchange> of_cloud(const std::string& api, const std::string& text) {
    KeptHouse house{"cloud"};
    house.given_order();
    house.given_epic();
    house.as_staff("issues/10001/edit", R"({"fields":{"parent":{"id":"10002"}}})");
    house.kept.clear();
    house.as_staff("settings", R"({"account_is_app":true})");
    play_common(house, api, text);
    const auto send = [&](const std::string& method,
                          const std::string& path,
                          const std::string& body) { house.keep(method, api + path, body); };
    house.keep("GET", api + "/issue/createmeta?projectKeys=EOSC&expand=projects.issuetypes.fields");
    house.keep("GET", api + "/search/jql?jql=project=EOSC&fields=summary&maxResults=1");
    send("POST", "/search/jql", R"({"jql":"project = EOSC","maxResults":1,"fields":["*all"],
        "properties":["p"],"reconcileIssues":[10001]})");
    send("POST", "/search/jql", R"({"jql":"ORDER BY key"})");
    send("POST", "/issue/bulkfetch", R"({"issueIdsOrKeys":["10001"],"fields":["status"],
        "properties":["p"]})");
    send("POST", "/comment/list?expand=properties", R"({"ids":[20001]})");
    send("POST", "/webhook", R"({"url":"https://adapter.example.org/","webhooks":[
        {"events":["comment_created"],"jqlFilter":"project = EOSC"}]})");
    house.keep("GET", api + "/webhook");
    send("PUT", "/webhook/refresh", R"({"webhookIds":[1]})");
    send("DELETE", "/webhook", R"({"webhookIds":[1]})");
    return std::move(house.kept);
}

/// Three of what is asked above is refused, so that refusals are looked at, too.
std::string faults_of(const JiraDescription& description, const std::vector<Exchange>& exchanges) {
    std::string faults;
    std::string refused;
    int refusals = 0;
    for (const Exchange& exchange : exchanges) {
        faults += description.faults_of(exchange);
        if (exchange.status < 400) continue;
        ++refusals;
        refused += fmt::format("{} {} {}\n", exchange.method, exchange.path, exchange.status);
    }
    EXPECT_TRUE(refusals == 0 || refusals == 3) << refused;
    EXPECT_GT(exchanges.size(), 15U);
    return faults;
}

std::optional<json::value> file(const std::string& name) {
    const auto folder = sim::fixtures("jira/openapi");
    if (!folder) return std::nullopt;
    return sim::read_json(*folder / name);
}

/// As the README beside the files says, and where it does not, why.
JiraDescription data_center(const json::value& file) {
    JiraDescription description = JiraDescription::of_openapi(file, "");
    description.open("IssueBean", "fields");
    description.open("IssueUpdateBean", "fields");
    description.open("IssueUpdateBean", "update");
    description.open("EntityPropertyBean", "value");
    for (const char* path : {"/api/2/field", "/api/2/status", "/api/2/issuetype"})
        description.is_array("GET", path);
    const std::string meta = "/api/2/issue/createmeta/EOSC/issuetypes";
    description.is_page("GET", meta, "values");
    description.is_page("GET", meta + "/1", "values");
    description.forget_request("PUT", "/api/2/issue/1/properties/p");
    description.forget_answer("GET", "/api/2/serverInfo");
    return description;
}

JiraDescription wadl(const json::value& file) {
    JiraDescription description = JiraDescription::of_wadl(file);
    // The WADL gives a single comment the schema of a page of them.
    description.forget_answer("GET", "/api/2/issue/1/comment/1");
    // An issue's properties have names of their own.
    description.open_answer("GET", "/api/2/issue/1", "properties");
    // And a permission of the person the members of a permission.
    description.forget_answer("GET", "/api/2/mypermissions");
    return description;
}

constexpr const char* nothing_here = "no descriptions of Jira on this machine";
constexpr const char* document =
    R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[
        {"type":"text","text":"A text"}]}]})";

TEST(JiraFidelity, Server8AnswersAsItsWadlSays) {
    const auto given = file("jira-server-8.4.3-wadl-extracted.json");
    if (!given) GTEST_SKIP() << nothing_here;
    EXPECT_EQ(faults_of(wadl(*given), of_server("server-8.4")), "");
}

TEST(JiraFidelity, DataCenter9AnswersAsThoseBeforeAndAfterIt) {
    const auto before = file("jira-server-8.4.3-wadl-extracted.json");
    const auto after = file("jira-dc-10.3-openapi.json");
    if (!before || !after) GTEST_SKIP() << nothing_here;
    const auto exchanges = of_server("dc-9.12");
    EXPECT_EQ(faults_of(wadl(*before), exchanges), "");
    EXPECT_EQ(faults_of(data_center(*after), exchanges), "");
}

TEST(JiraFidelity, DataCenter10AnswersAsDescribed) {
    const auto given = file("jira-dc-10.3-openapi.json");
    if (!given) GTEST_SKIP() << nothing_here;
    EXPECT_EQ(faults_of(data_center(*given), of_server("dc-10.3")), "");
}

TEST(JiraFidelity, CloudAnswersAsDescribed) {
    const auto given = file("jira-cloud-swagger-v2-2025-12.json");
    if (!given) GTEST_SKIP() << nothing_here;
    const JiraDescription description = JiraDescription::of_openapi(*given, "/rest");
    EXPECT_EQ(faults_of(description, of_cloud("/api/2", R"("A text")")), "");
}

TEST(JiraFidelity, CloudAnswersInApi3AsInApi2ButForDocuments) {
    const auto given = file("jira-cloud-swagger-v2-2025-12.json");
    if (!given) GTEST_SKIP() << nothing_here;
    JiraDescription description = JiraDescription::of_openapi(*given, "/rest");
    description.open("Comment", "body");
    auto exchanges = of_cloud("/api/3", document);
    for (Exchange& exchange : exchanges)
        exchange.path = replace_all(exchange.path, "/api/3/", "/api/2/");
    EXPECT_EQ(faults_of(description, exchanges), "");
}

TEST(JiraFidelity, NoticesWhatIsWrong) {
    const auto given = file("jira-cloud-swagger-v2-2025-12.json");
    if (!given) GTEST_SKIP() << nothing_here;
    const JiraDescription description = JiraDescription::of_openapi(*given, "/rest");
    Exchange search{
        .method = "POST",
        .path = "/api/2/search/jql",
        .request = *json::parse(R"({"jql":"a = b","startAt":0})"),
        .status = 200,
        .answer = *json::parse(R"({"issues":[{"id":1}],"total":1})")};
    const std::string faults = description.faults_of(search);
    EXPECT_NE(faults.find("startAt"), std::string::npos) << faults;
    EXPECT_NE(faults.find("total"), std::string::npos) << faults;
    EXPECT_NE(faults.find("id"), std::string::npos) << faults;
    search.path = "/api/2/nothing";
    EXPECT_EQ(description.faults_of(search), "POST /api/2/nothing 200 is in no description\n");
}

/// Our client's way to a simulated Jira, with what went over it.
class KeepingTransport final : public http::Transport {
public:
    explicit KeepingTransport(sim::Jira& jira) : jira_{jira} {}

    Result<http::Response> send(const http::Request& request) override {
        http::Request served = request;
        served.url = request.url.substr(request.url.find("/rest/"));
        const http::Response response = jira_.handle(served);
        const auto body = [](const std::string& text) {
            return text.empty() ? json::value{} : json::parse(text).value_or(json::value{});
        };
        kept.push_back(
            {.method = request.method,
             .path = std::string{http::path_of(served.url)}.substr(5),
             .request = body(request.body),
             .status = response.status,
             .answer = body(response.body)}
        );
        return response;
    }

    std::vector<Exchange> kept;

private:
    sim::Jira& jira_;
};

jira::Settings settings_of(const std::map<std::string, std::string>& known) {
    const auto value = [&](const std::string& name) {
        const auto found = known.find(name);
        return found == known.end() ? std::string{} : found->second;
    };
    return {
        .url = "http://jira.example.org",
        .username = value("OMS_JIRA_USERNAME"),
        .password = Secret{value("OMS_JIRA_PASSWORD")},
        .token = Secret{value("OMS_JIRA_TOKEN")},
        .project = "EOSC",
        .voucher_field = value("OMS_JIRA_FIELD_CP_VoucherID"),
        .order_reference_field = value("OMS_JIRA_FIELD_Order_reference"),
        .project_name_field = value("OMS_JIRA_FIELD_SO_ProjectName"),
        .epic_link_field = value("OMS_JIRA_FIELD_Epic_Link")};
}

/// Everything that the client can ask for, of a generation.
std::vector<Exchange> of_client(const std::string& profile) {
    sim::JiraHouse house{profile};
    house.jira.administer([](sim::JiraModel& model, sim::JiraAccess&) {
        model.site.users.at("oms").administrator = true;
    });
    const auto known = house.jira.environment();
    KeepingTransport transport{house.jira};
    SystemClock clock;
    jira::Site site{clock};
    jira::Client client{transport, settings_of(known), site};
    EXPECT_TRUE(client.prepare());
    EXPECT_TRUE(client.learn_fields());
    EXPECT_TRUE(client.myself());
    EXPECT_TRUE(client.fields());
    EXPECT_TRUE(client.statuses());
    EXPECT_TRUE(client.issue_types());
    EXPECT_TRUE(client.project());
    EXPECT_TRUE(client.create_fields("10204"));
    EXPECT_TRUE(client.missing_permissions({"CREATE_ISSUES"}));
    const auto named = known.find("OMS_JIRA_FIELD_Epic_Name");
    IssueDraft epic{.project_key = "EOSC", .issue_type_id = "10000", .marker = "m-1"};
    epic.fields["summary"] = FieldValue{.kind = FieldValue::Kind::text, .text = "A project"};
    if (named != known.end())
        epic.fields[named->second] =
            FieldValue{.kind = FieldValue::Kind::text, .text = "A project"};
    const auto above = client.create_issue(epic);
    EXPECT_TRUE(above);
    if (!above) return std::move(transport.kept);
    IssueDraft order{.project_key = "EOSC", .issue_type_id = "10204", .marker = "m-2"};
    order.fields["summary"] = FieldValue{.kind = FieldValue::Kind::text, .text = "An order"};
    order.epic = {above->id, above->key};
    const auto made = client.create_issue(order);
    EXPECT_TRUE(made);
    if (!made) return std::move(transport.kept);
    EXPECT_TRUE(client.edit_issue(
        made->id,
        "10204",
        {{"summary", FieldValue{.kind = FieldValue::Kind::text, .text = "Changed"}}}
    ));
    EXPECT_TRUE(client.set_issue_property(made->id, "m-2"));
    EXPECT_TRUE(client.transitions(made->id));
    EXPECT_TRUE(client.transition(made->id, TransitionId{"11"}));
    const auto comment = client.add_comment(made->id, {.body = "Hello", .marker = "c-1"});
    EXPECT_TRUE(comment);
    EXPECT_TRUE(comment && client.edit_comment(made->id, comment->id, {.body = "Hello!"}));
    EXPECT_TRUE(client.comments(made->id, jira::NoteFlags::read));
    EXPECT_TRUE(client.issue(made->id, {.transitions = true, .property = true, .comments = true}));
    EXPECT_TRUE(client.issue_by_key(made->key, {}));
    EXPECT_TRUE(client.issues_by_ids({made->id, above->id}));
    EXPECT_TRUE(client.find_standing({.marker = "m-2", .order_reference = "http://x/1"}));
    EXPECT_TRUE(client.recently_updated(std::chrono::minutes{5}, "", 50));
    EXPECT_TRUE(client.newest_issue_number());
    return std::move(transport.kept);
}

TEST(JiraFidelity, OurClientAsksServer8AsItsWadlSays) {
    const auto given = file("jira-server-8.4.3-wadl-extracted.json");
    if (!given) GTEST_SKIP() << nothing_here;
    EXPECT_EQ(faults_of(wadl(*given), of_client("server-8.4")), "");
}

TEST(JiraFidelity, OurClientAsksDataCenterAsDescribed) {
    const auto given = file("jira-dc-10.3-openapi.json");
    if (!given) GTEST_SKIP() << nothing_here;
    const JiraDescription description = data_center(*given);
    EXPECT_EQ(faults_of(description, of_client("dc-9.12")), "");
    EXPECT_EQ(faults_of(description, of_client("dc-10.3")), "");
}

TEST(JiraFidelity, OurClientAsksCloudAsDescribed) {
    const auto given = file("jira-cloud-swagger-v2-2025-12.json");
    if (!given) GTEST_SKIP() << nothing_here;
    JiraDescription description = JiraDescription::of_openapi(*given, "/rest");
    description.open("Comment", "body");
    auto exchanges = of_client("cloud");
    for (Exchange& exchange : exchanges)
        exchange.path = replace_all(exchange.path, "/api/3/", "/api/2/");
    EXPECT_EQ(faults_of(description, exchanges), "");
}

}  // namespace
}  // namespace oms::contract
