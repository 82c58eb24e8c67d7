#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

/// The official descriptions of Jira's REST API, as far as a simulated Jira and its client are held to
/// them: OpenAPI files, and the schemas of a WADL. With the relaxations that their README names.
namespace oms::contract {

/// One request and its answer. The path begins behind `/rest`, without a query.
struct Exchange {
    std::string method = {};
    std::string path = {};
    json::value request = {};  ///< null: no body
    int status = 0;
    json::value answer = {};
};

class JiraDescription {
public:
    /// From files of Atlassian's, parsed.
    static JiraDescription of_openapi(const json::value& file, std::string_view before_paths);
    static JiraDescription of_wadl(const json::value& operations);

    JiraDescription(const JiraDescription&) = delete;
    JiraDescription& operator=(const JiraDescription&) = delete;
    JiraDescription(JiraDescription&&) noexcept;
    JiraDescription& operator=(JiraDescription&&) noexcept;
    ~JiraDescription();

    /// A line for each thing that the description does not allow; "" where all is well.
    [[nodiscard]] std::string faults_of(const Exchange& exchange) const;
    [[nodiscard]] bool knows(const std::string& method, const std::string& path) const;

    // Relaxations.
    /// Anything may stand in `member` of a schema.
    void open(const std::string& schema, const std::string& member);
    /// Anything may stand in `member` of the answer.
    void open_answer(const std::string& method, const std::string& path, const std::string& member);
    /// The answer is an array of what the file gives.
    void is_array(const std::string& method, const std::string& path);
    /// The answer is a page whose `member` is an array of what the file gives.
    void is_page(const std::string& method, const std::string& path, const std::string& member);
    /// What the request or answer is, the file gives wrongly: it is not looked at.
    void forget_request(const std::string& method, const std::string& path);
    void forget_answer(const std::string& method, const std::string& path);

private:
    struct Book;
    explicit JiraDescription(std::unique_ptr<Book> book);
    std::unique_ptr<Book> book_;
};

}  // namespace oms::contract
