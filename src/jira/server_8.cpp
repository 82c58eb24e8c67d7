#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/data_center.hpp"

namespace oms::jira {
namespace {

/// Server and Data Center 8. The list of one screen's fields came with 8.4; the older resource is in
/// every 8.
class Server8 final : public DataCenter {
public:
    [[nodiscard]] std::string_view name() const override { return "Server 8"; }

    [[nodiscard]] std::string create_fields_path(
        const std::string& project,
        const std::string& issue_type_id
    ) const override {
        return fmt::format(
            "/issue/createmeta?projectKeys={}&issuetypeIds={}&expand=projects.issuetypes.fields",
            percent_encode(project),
            percent_encode(issue_type_id)
        );
    }

    [[nodiscard]] std::vector<CreateField> create_fields(const json::value& answer) const override {
        std::vector<CreateField> fields;
        for (const auto& project : json::elements(json::at(answer, "projects"))) {
            for (const auto& type : json::elements(json::at(project, "issuetypes"))) {
                const auto* by_id = json::at(type, "fields").if_object();
                if (by_id == nullptr) continue;
                for (const auto& member : *by_id) {
                    fields.push_back(read_create_field(member.value()));
                    fields.back().id = member.key();
                }
            }
        }
        return fields;
    }
};

}  // namespace

std::unique_ptr<const Dialect> server_8_dialect() { return std::make_unique<Server8>(); }

}  // namespace oms::jira
