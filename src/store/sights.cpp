#include "store/sights.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "store/sql/operators.hpp"

namespace oms::store {

void put_sight(Connection& connection, const Sight& sight) {
    const auto list_of = [](const std::vector<std::string>& steps) {
        json::array list;
        for (const std::string& step : steps)
            list.push_back(json::value(step));
        return json::write(list);
    };
    const auto& alike = sight.would_alike.empty() ? sight.would : sight.would_alike;
    const auto parsed = json::parse(sight.rows);
    const json::value rows = parsed ? *parsed : json::value{};
    const auto differs = std::ranges::count_if(json::elements(rows), [](const json::value& row) {
        return json::boolean(json::at(row, "differs")).value_or(false);
    });
    connection.run(
        sql::sight_put,
        {key_of(sight.subject),
         sight.subject.project.value,
         sight.title,
         sight.customer,
         sight.email,
         sight.rows,
         list_of(sight.would),
         sight.would.size(),
         sight.seen_at,
         differs}
    );
    connection.run(sql::sight_index, {key_of(sight.subject), list_of(alike)});
}

std::optional<Sight> find_sight(Connection& connection, const Subject& subject) {
    const Rows rows = connection.run(sql::sight_find, {key_of(subject)});
    if (rows.empty()) return std::nullopt;
    const Row& row = rows[0];
    Sight sight{
        .subject = subject,
        .title = row[0].text(),
        .customer = row[1].text(),
        .email = row[2].text(),
        .rows = row[3].text(),
        .seen_at = row[5].instant()};
    const auto parsed = json::parse(row[4].text());
    const json::value would = parsed ? *parsed : json::value{};
    for (const json::value& step : json::elements(would))
        sight.would.push_back(json::text_or_empty(step));
    return sight;
}

}  // namespace oms::store
