#include "store/search.hpp"

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/rows.hpp"
#include "store/sql/search.hpp"
#include "store/tallies.hpp"

namespace oms::store {
namespace {

constexpr std::int64_t projects_per_block = 8;
constexpr std::size_t blocks_at_once = 8;
/// From more than so many on, as after an upgrade, all are gone through until they are sorted in. The
/// statement has the same number.
constexpr int unsorted_max = 1000;

/// `%text%`, whatever the text has in it.
std::string pattern_of(const std::string& text) {
    std::string pattern = replace_all(text, "!", "!!");
    pattern = replace_all(replace_all(pattern, "%", "!%"), "_", "!_");
    return "%" + pattern + "%";
}

/// Of a row: project, key, text.
void add_matching(std::vector<Spot>& list, const Sought& sought, const Rows& rows) {
    for (const Row& row : rows)
        if (is_found(sought, row[2].text()))
            list.push_back({.project = row[0].integer(), .key = row[1].text()});
}

/// A walk through the list of projects and orders, in which each step names the next spot to go on
/// below.
class Walk {
public:
    Walk(Connection& connection, const Sought& sought, Spot from, int count)
        : connection_{connection},
          sought_{sought},
          pattern_{pattern_of(sought.parts.at(0))},
          at_{std::move(from)},
          count_{count} {}

    std::vector<Spot> through_all();
    std::vector<Spot> through_blocks();

private:
    [[nodiscard]] bool enough() const { return list_.size() >= static_cast<std::size_t>(count_); }
    /// True where the rows are all that there were.
    bool take(const Rows& rows);
    std::vector<std::int64_t> next_blocks();
    Rows rows_in(const std::vector<std::int64_t>& blocks);

    Connection& connection_;
    const Sought& sought_;
    std::string pattern_;
    Spot at_;
    int count_;
    std::vector<Spot> list_ = {};
};

bool Walk::take(const Rows& rows) {
    add_matching(list_, sought_, rows);
    if (rows.size() < static_cast<std::size_t>(count_)) return true;
    at_ = {.project = rows.back()[0].integer(), .key = rows.back()[1].text()};
    return false;
}

std::vector<Spot> Walk::through_all() {
    while (!enough()) {
        const Rows rows =
            connection_.run(sql::spots_gone_through, {at_.project, at_.key, count_, pattern_});
        if (take(rows)) break;
    }
    return std::move(list_);
}

std::vector<std::int64_t> Walk::next_blocks() {
    const auto key = [&](std::size_t i) {
        return i < sought_.keys.size() ? sought_.keys[i] : std::string{};
    };
    // Below a project without a key is none of its own.
    const std::int64_t highest = at_.key.empty() ? at_.project - 1 : at_.project;
    std::vector<std::int64_t> blocks;
    for (const Row& row : connection_.run(
             sql::blocks_found,
             {key(0), key(1), key(2), highest / projects_per_block, blocks_at_once}
         ))
        blocks.push_back(row[0].integer());
    return blocks;
}

Rows Walk::rows_in(const std::vector<std::int64_t>& blocks) {
    std::vector<Value> parameters{at_.project, at_.key, count_, pattern_};
    for (std::size_t i = 0; i < blocks_at_once; ++i)
        parameters.emplace_back(i < blocks.size() ? blocks[i] : std::int64_t{-1});
    return connection_.run(sql::spots_in_blocks, std::span<const Value>{parameters});
}

std::vector<Spot> Walk::through_blocks() {
    while (!enough() && at_.project > 0) {
        const auto blocks = next_blocks();
        if (blocks.empty()) break;
        if (!take(rows_in(blocks))) continue;
        if (blocks.size() < blocks_at_once) break;
        at_ = {.project = blocks.back() * projects_per_block, .key = ""};
    }
    return std::move(list_);
}

bool are_unsorted_beyond(Connection& connection, int count) {
    return !connection.run(sql::unsorted_beyond, {count}).empty();
}

}  // namespace

Sought seek(Connection& connection, const std::string& text) {
    return sought_in(connection.run(sql::text_lowered, {text})[0][0].text());
}

std::vector<Spot>
spots_found(Connection& connection, const Sought& sought, const Spot& from, int count) {
    if (sought.keys.empty()) return {};
    Walk walk{connection, sought, from, count};
    if (!has_tallies(connection) || are_unsorted_beyond(connection, unsorted_max)) {
        auto all = walk.through_all();
        return first_of_both(std::move(all), {}, count);
    }
    std::vector<Spot> unsorted;
    const std::string pattern = pattern_of(sought.parts[0]);
    add_matching(
        unsorted, sought, connection.run(sql::spots_unsorted, {from.project, from.key, pattern})
    );
    return first_of_both(walk.through_blocks(), unsorted, count);
}

bool has_unsorted(Connection& connection) {
    return has_tallies(connection) && are_unsorted_beyond(connection, 0);
}

int sort_in(Connection& connection, int count) {
    if (!has_tallies(connection)) return 0;
    json::array subjects;
    for (const Row& row : connection.run(sql::unsorted_next, {count}))
        subjects.push_back(json::value(row[0].text()));
    if (subjects.empty()) return 0;
    const std::string all = json::write(subjects);
    std::set<std::pair<std::string, std::int64_t>> found;
    for (const Row& row : connection.run(sql::sight_texts, {all}))
        for (std::string& word : beginnings_of(row[1].text()))
            found.emplace(std::move(word), row[0].integer() / projects_per_block);
    json::array words;
    words.reserve(found.size());
    for (const auto& [word, block] : found)
        words.push_back(json::array{json::value(word), block});
    connection.run(sql::words_add, {json::write(words)});
    connection.run(sql::unsorted_remove, {all});
    return static_cast<int>(subjects.size());
}

}  // namespace oms::store
