#include "ops/tasks.hpp"

#include "base/text.hpp"
#include "store/views.hpp"

namespace oms::ops {
namespace {

/// In quotes; what a spreadsheet would take for a formula is kept from being one.
std::string cell(const std::string& text) {
    const bool formula =
        !text.empty() && std::string_view{"=+-@\t\r"}.find(text[0]) != std::string_view::npos;
    return "\"" + std::string{formula ? "'" : ""} + replace_all(text, "\"", "\"\"") + "\"";
}

}  // namespace

json::object task_json(const store::Task& task, bool with_result) {
    json::object shown{
        {"id", task.id},
        {"kind", store::to_text(task.kind)},
        {"state", store::to_text(task.state)},
        {"asked_by", task.asked_by},
        {"asked_at", time_json(task.asked_at)},
        {"progress", task.progress},
        {"ended_at", time_json(task.ended_at)}};
    if (!with_result) return shown;
    const auto result = json::parse(task.result);
    shown["result"] = result && !task.result.empty() ? *result : json::value(nullptr);
    return shown;
}

std::optional<json::object> tasks_page(store::Connection& connection, const Page& page) {
    const auto before = cursor_number(page.cursor);
    if (!before) return std::nullopt;
    const auto tasks = store::tasks_before(connection, *before, page.limit);
    json::array items;
    for (const store::Task& task : tasks)
        items.push_back(task_json(task, false));
    const bool more = tasks.size() == static_cast<std::size_t>(page.limit);
    return list_json(std::move(items), more ? std::to_string(tasks.back().id) : std::string{});
}

std::optional<std::string> report_csv(const store::Task& task) {
    const auto result = json::parse(task.result);
    if (!result || !json::at(*result, "differences").is_array()) return std::nullopt;
    std::string text = "subject,would\r\n";
    for (const json::value& one : json::elements(json::at(*result, "differences"))) {
        std::vector<std::string> steps;
        for (const json::value& step : json::elements(json::at(one, "would")))
            steps.push_back(json::text_or_empty(step));
        text += cell(json::text_or_empty(json::at(one, "key"))) + "," + cell(join(steps, "; ")) +
                "\r\n";
    }
    return text;
}

}  // namespace oms::ops
