#include <map>
#include <set>

#include "tests/unit/sim/jira_house.hpp"

/// Answers checked against the JSON Schemas that a real Jira 8.4.3 gave in its WADL, and their
/// member names against the OpenAPI description of Data Center 10.3: 9.12 is between the two.
namespace oms::sim {
namespace {

/// As much of JSON Schema, draft 4, as the WADL uses. Adds a line for each fault.
class SchemaCheck {
public:
    explicit SchemaCheck(const json::value& root) : root_{root} {}

    void check(const json::value& schema, const json::value& value, const std::string& at) {
        if (const auto ref = json::text(json::at(schema, "$ref"))) {
            check(definition(*ref), value, at);
            return;
        }
        const std::string type = json::text_or_empty(json::at(schema, "type"));
        if (!type.empty() && !is(type, value)) faults += at + " is no " + type + "\n";
        if (value.is_array()) {
            for (const json::value& element : value.as_array())
                check(json::at(schema, "items"), element, at + "[]");
        }
        if (value.is_object() && schema.is_object()) members(schema, value.as_object(), at);
    }

    std::string faults = {};

private:
    void members(const json::value& schema, const json::object& value, const std::string& at) {
        for (const json::value& name : json::elements(json::at(schema, "required"))) {
            if (!value.contains(json::text_or_empty(name)))
                faults += at + " lacks " + json::text_or_empty(name) + "\n";
        }
        const bool open = json::boolean(json::at(schema, "additionalProperties")).value_or(true) ||
                          json::at(schema, "patternProperties").is_object();
        for (const auto& member : value) {
            const json::value& known = json::at(json::at(schema, "properties"), member.key());
            const std::string where = at + "." + std::string{member.key()};
            if (known.is_null() && !open) faults += where + " is not in the schema\n";
            if (!known.is_null()) check(known, member.value(), where);
        }
    }

    const json::value& definition(const std::string& ref) const {
        const json::value* here = &root_;
        std::string rest = ref.substr(ref.find('/') + 1);
        while (!rest.empty()) {
            const auto slash = rest.find('/');
            here = &json::at(*here, rest.substr(0, slash));
            rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
        }
        return *here;
    }

    static bool is(const std::string& type, const json::value& value) {
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_bool();
        if (type == "integer") return value.is_int64() || value.is_uint64();
        if (type == "array") return value.is_array();
        if (type == "object") return value.is_object();
        return true;
    }

    const json::value& root_;
};

struct ContractHouse : JiraHouse {
    ContractHouse() {
        given_epic();
        given_order("Order", R"(,"labels":["m"],"customfield_10008":"EOSC-1")");
        jira.comment("anna", "EOSC-2", "Hello", "User");
    }
};

/// The answers that both descriptions know, by method and path of the description.
std::map<std::pair<std::string, std::string>, Asked> answers() {
    ContractHouse house;
    return {
        {{"GET", "/api/2/issue/{issueIdOrKey}"}, house.get("issue/EOSC-2")},
        {{"GET", "/api/2/issue/{issueIdOrKey}/comment"}, house.get("issue/EOSC-2/comment")},
        {{"GET", "/api/2/issue/{issueIdOrKey}/comment/{id}"},
         house.get("issue/EOSC-2/comment/20001")},
        {{"GET", "/api/2/issue/{issueIdOrKey}/transitions"},
         house.get("issue/EOSC-2/transitions?expand=transitions.fields")},
        {{"GET", "/api/2/issue/{issueIdOrKey}/editmeta"}, house.get("issue/EOSC-2/editmeta")},
        {{"GET", "/api/2/search"}, house.get("search?jql=project=EOSC")},
        {{"GET", "/api/2/myself"}, house.get("myself")},
        {{"GET", "/api/2/field"}, house.get("field")},
        {{"GET", "/api/2/status"}, house.get("status")},
        {{"GET", "/api/2/issuetype"}, house.get("issuetype")},
        {{"GET", "/api/2/mypermissions"}, house.get("mypermissions")},
        {{"GET", "/api/2/project/{projectIdOrKey}"}, house.get("project/EOSC")},
        {{"POST", "/api/2/issue"}, house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
            "issuetype":{"id":"10204"},"summary":"s"}})")},
        {{"POST", "/api/2/issue/{issueIdOrKey}/comment"},
         house.post("issue/EOSC-2/comment", R"({"body":"b"})")},
    };
}

TEST(JiraContract, AnswersFitTheSchemasOfServer8) {
    const auto folder = fixtures("jira/openapi");
    if (!folder) GTEST_SKIP() << "no description of Jira 8.4.3 on this machine";
    const auto asked = answers();
    const json::value operations = read_json(*folder / "jira-server-8.4.3-wadl-extracted.json");
    std::size_t checked = 0;
    for (const json::value& operation : json::elements(operations)) {
        const auto answer = asked.find(
            {json::text_or_empty(json::at(operation, "method")),
             json::text_or_empty(json::at(operation, "path"))}
        );
        if (answer == asked.end()) continue;
        // The WADL gives a single comment the schema of a page of them.
        if (answer->first.second.ends_with("/comment/{id}")) continue;
        for (const json::value& response : json::elements(json::at(operation, "responses"))) {
            const int status =
                static_cast<int>(json::integer(json::at(response, "status")).value_or(0));
            if (status != answer->second.status) continue;
            for (const json::value& form : json::elements(json::at(response, "representations"))) {
                const json::value& schema = json::at(form, "schema");
                if (schema.is_null()) continue;
                SchemaCheck check{schema};
                check.check(schema, answer->second.body, answer->first.second);
                EXPECT_EQ(check.faults, "");
                ++checked;
            }
        }
    }
    EXPECT_GE(checked, 10U);
}

TEST(JiraContract, PathsAreKnownToDataCenter10) {
    const auto folder = fixtures("jira/openapi");
    if (!folder) GTEST_SKIP() << "no description of Data Center 10.3 on this machine";
    const json::value description = read_json(*folder / "jira-dc-10.3-openapi.json");
    for (const auto& [operation, answer] : answers()) {
        EXPECT_LT(answer.status, 300) << operation.second;
        const std::string method = operation.first == "GET" ? "get" : "post";
        EXPECT_TRUE(
            json::at(json::at(json::at(description, "paths"), operation.second), method).is_object()
        ) << operation.second;
    }
}

}  // namespace
}  // namespace oms::sim
