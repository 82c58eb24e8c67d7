#include "tests/contract/jira_description.hpp"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/text.hpp"

namespace oms::contract {
namespace {

struct Operation {
    std::string method = {};
    std::string path = {};  ///< `/api/2/issue/{issueIdOrKey}`
    std::optional<json::value> request = std::nullopt;
    std::map<int, json::value> answers = {};
    bool array = false;
    std::string page_member = {};
};

/// How many parts of the template are variables; none where the path does not have its form.
std::optional<int> fit(const std::string& form, const std::string& path) {
    const auto wanted = split(form, '/');
    const auto given = split(path, '/');
    if (wanted.size() != given.size()) return std::nullopt;
    int variables = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!wanted[i].empty() && wanted[i].front() == '{') {
            ++variables;
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return variables;
}

/// OpenAPI's own words in those of JSON Schema. Jira's dates have no colon in their offset, so that
/// formats are left aside.
json::value in_json_schema(const json::value& schema) {
    if (const json::array* list = schema.if_array()) {
        json::array all;
        for (const json::value& element : *list)
            all.push_back(in_json_schema(element));
        return all;
    }
    const json::object* members = schema.if_object();
    if (members == nullptr) return schema;
    json::object all;
    for (const auto& member : *members) {
        const bool text_format = member.key() == "format" && member.value().is_string();
        if (!text_format) all[member.key()] = in_json_schema(member.value());
    }
    const bool nullable = json::boolean(json::at(schema, "nullable")).value_or(false);
    if (nullable && json::at(schema, "type").is_string())
        all["type"] = json::array{json::at(schema, "type"), "null"};
    return all;
}

}  // namespace

struct JiraDescription::Book {
    std::vector<Operation> operations = {};
    /// What references lead to; a schema to be checked is put into it.
    json::object root = {};

    Operation* find(const std::string& method, const std::string& path) {
        Operation* best = nullptr;
        int fewest = 0;
        for (Operation& operation : operations) {
            const auto variables = fit(operation.path, path);
            if (operation.method != method || !variables) continue;
            if (best == nullptr || *variables < fewest) {
                best = &operation;
                fewest = *variables;
            }
        }
        return best;
    }

    Operation& of(const std::string& method, const std::string& path) {
        Operation* found = find(method, path);
        if (found == nullptr) throw std::invalid_argument{method + " " + path};
        return *found;
    }

    json::object& schema(const std::string& name) {
        return root.at("components").at("schemas").at(name).as_object();
    }

    std::string check(const json::value& schema, const json::value& value) {
        json::value whole;
        if (root.empty()) {
            whole = schema;
        } else {
            root["allOf"] = json::array{schema};
        }
        valijson::Schema compiled;
        valijson::SchemaParser parser{
            root.empty() ? valijson::SchemaParser::kDraft4 : valijson::SchemaParser::kDraft7};
        const json::value document = root.empty() ? std::move(whole) : json::value(root);
        parser.populateSchema(valijson::adapters::BoostJsonAdapter{document}, compiled);
        valijson::Validator validator;
        valijson::ValidationResults results;
        validator.validate(compiled, valijson::adapters::BoostJsonAdapter{value}, &results);
        std::string says;
        for (const auto& one : results) {
            std::string at;
            for (const std::string& part : one.context)
                at += part;
            says += at + ": " + one.description + "\n";
        }
        return says;
    }
};

JiraDescription::JiraDescription(std::unique_ptr<Book> book) : book_{std::move(book)} {}
JiraDescription::JiraDescription(JiraDescription&&) noexcept = default;
JiraDescription& JiraDescription::operator=(JiraDescription&&) noexcept = default;
JiraDescription::~JiraDescription() = default;

JiraDescription
JiraDescription::of_openapi(const json::value& file, std::string_view before_paths) {
    auto book = std::make_unique<Book>();
    json::object schemas = in_json_schema(json::at(file, {"components", "schemas"})).as_object();
    book->root["components"] = json::object{{"schemas", std::move(schemas)}};
    for (const auto& path : json::at(file, "paths").as_object()) {
        for (const auto& method : path.value().as_object()) {
            if (!method.value().is_object()) continue;
            Operation operation{.method = method.key()};
            std::ranges::transform(operation.method, operation.method.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            });
            operation.path = std::string{path.key()}.substr(before_paths.size());
            const auto schema_in = [](const json::value& from) {
                return in_json_schema(json::at(from, {"content", "application/json", "schema"}));
            };
            const json::value& body = json::at(method.value(), "requestBody");
            if (body.is_object()) operation.request = schema_in(body);
            for (const auto& answer : json::at(method.value(), "responses").as_object()) {
                const auto status = parse_int(answer.key()).value_or(0);
                operation.answers[static_cast<int>(status)] = schema_in(answer.value());
            }
            book->operations.push_back(std::move(operation));
        }
    }
    return JiraDescription{std::move(book)};
}

JiraDescription JiraDescription::of_wadl(const json::value& operations) {
    auto book = std::make_unique<Book>();
    for (const json::value& row : json::elements(operations)) {
        Operation operation{
            .method = json::text_or_empty(json::at(row, "method")),
            .path = json::text_or_empty(json::at(row, "path"))};
        for (const json::value& request : json::elements(json::at(row, "request")))
            operation.request = json::at(request, "schema");
        for (const json::value& answer : json::elements(json::at(row, "responses"))) {
            const auto status = json::integer(json::at(answer, "status")).value_or(0);
            json::value schema;
            for (const json::value& form : json::elements(json::at(answer, "representations"))) {
                if (schema.is_null()) schema = json::at(form, "schema");
            }
            operation.answers[static_cast<int>(status)] = std::move(schema);
        }
        book->operations.push_back(std::move(operation));
    }
    return JiraDescription{std::move(book)};
}

bool JiraDescription::knows(const std::string& method, const std::string& path) const {
    return book_->find(method, path) != nullptr;
}

std::string JiraDescription::faults_of(const Exchange& exchange) const {
    const std::string name =
        fmt::format("{} {} {}", exchange.method, exchange.path, exchange.status);
    const Operation* operation = book_->find(exchange.method, exchange.path);
    if (operation == nullptr) return name + " is in no description\n";
    std::string says;
    const auto add = [&](std::string_view what, const std::string& faults) {
        if (!faults.empty()) says += fmt::format("{}, {}:\n{}", name, what, faults);
    };
    if (!exchange.request.is_null() && operation->request && !operation->request->is_null())
        add("request", book_->check(*operation->request, exchange.request));
    if (exchange.status >= 400) {
        // No description tells what a refusal looks like; all of them look so.
        const bool collection = json::at(exchange.answer, "errorMessages").is_array() &&
                                !json::at(exchange.answer, "errors").is_array();
        if (!collection) add("answer", "no collection of errors\n");
        return says;
    }
    const auto found = operation->answers.find(exchange.status);
    const bool described = std::ranges::any_of(operation->answers, [](const auto& answer) {
        return answer.first / 100 == 2;
    });
    if (found == operation->answers.end()) {
        if (described) add("answer", "a status that is not described\n");
    } else if (!found->second.is_null()) {
        json::value schema = found->second;
        if (operation->array || !operation->page_member.empty())
            schema = json::object{{"type", "array"}, {"items", std::move(schema)}};
        const bool page = !operation->page_member.empty();
        add("answer",
            book_->check(
                schema, page ? json::at(exchange.answer, operation->page_member) : exchange.answer
            ));
    }
    return says;
}

void JiraDescription::open(const std::string& schema, const std::string& member) {
    book_->schema(schema).at("properties").as_object()[member] = json::object{};
}

void JiraDescription::open_answer(
    const std::string& method,
    const std::string& path,
    const std::string& member
) {
    for (auto& [status, schema] : book_->of(method, path).answers) {
        if (!json::at(schema, "properties").is_object()) continue;
        schema.as_object().at("properties").as_object()[member] = json::object{};
    }
}

void JiraDescription::is_array(const std::string& method, const std::string& path) {
    book_->of(method, path).array = true;
}

void JiraDescription::is_page(
    const std::string& method,
    const std::string& path,
    const std::string& member
) {
    book_->of(method, path).page_member = member;
}

void JiraDescription::forget_request(const std::string& method, const std::string& path) {
    book_->of(method, path).request = std::nullopt;
}

void JiraDescription::forget_answer(const std::string& method, const std::string& path) {
    for (auto& [status, schema] : book_->of(method, path).answers)
        schema = nullptr;
}

}  // namespace oms::contract
