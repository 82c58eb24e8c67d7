#include <array>

#include "base/check.hpp"
#include "base/json.hpp"
#include "web/api_page.hpp"

namespace oms::web {
namespace {

/// `openapi/*.json`, in the order of the document; the first has what is not of one part.
constexpr std::array document_parts = std::to_array<std::string_view>({
#include "openapi_parts.inc"
});

json::object parsed_part(std::string_view text) {
    const auto part = json::parse(text);
    OMS_CHECK(part && part->is_object());
    return part->as_object();
}

void add_members(json::value& to, const json::value& from) {
    for (const auto& [name, value] : from.as_object())
        to.as_object()[name] = value;
}

std::string put_together() {
    json::object whole = parsed_part(document_parts[0]);
    for (std::size_t i = 1; i < document_parts.size(); ++i) {
        const json::object part = parsed_part(document_parts[i]);
        add_members(whole["paths"], part.at("paths"));
        if (!part.contains("components")) continue;
        add_members(
            whole["components"].as_object()["schemas"], part.at("components").at("schemas")
        );
    }
    return json::write(whole) + "\n";
}

}  // namespace

const std::string& openapi_document() {
    static const std::string text = put_together();
    return text;
}

}  // namespace oms::web
