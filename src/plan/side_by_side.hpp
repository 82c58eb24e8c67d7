#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/settings.hpp"
#include "plan/steps.hpp"
#include "plan/view.hpp"

/// What people are shown of a subject: both sides and the base next to one another. Nothing is
/// decided by it. Neither a text of a message or a comment is in it, nor a voucher.
namespace oms::plan {

/// One thing that both sides have. A side that was not read says nothing.
struct SideRow {
    std::string name = {};
    std::optional<std::string> marketplace = std::nullopt;
    std::optional<std::string> base = std::nullopt;  ///< what both last agreed on
    std::optional<std::string> jira = std::nullopt;
    bool differs = false;
    std::string note = {};
    friend bool operator==(const SideRow&, const SideRow&) = default;
};

/// What this look saw. Empty where it read nothing.
std::vector<SideRow> side_by_side(const Settings& settings, const View& view);

/// What is known after a further look: what it did not read stays as it was known before.
std::vector<SideRow>
with_news(const Settings& settings, std::vector<SideRow> known, const std::vector<SideRow>& news);

/// The view as it is once the plan was carried out whole; but for the link, which our records have.
View carried_out(const Settings& settings, View view, const Plan& plan);

/// Whose it is, where that was read.
struct Heading {
    std::string title = {};     ///< a project's name, an order's service
    std::string customer = {};  ///< `First Last`
    std::string email = {};
};
Heading heading_of(const View& view);

/// As it is kept: a JSON array of objects, and back. What cannot be read is no row.
std::string rows_text(const std::vector<SideRow>& rows);
std::vector<SideRow> parse_rows(const std::string& text);

}  // namespace oms::plan
