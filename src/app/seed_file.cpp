#include "app/seed_file.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

/// Where each element of the three lists begins. The library's values know no places, so the text
/// is walked once for its strings and braces alone.
class Places {
public:
    explicit Places(const std::string& text) : text_{text} {
        for (at_ = 0; at_ < text_.size(); ++at_)
            meet(text_[at_]);
    }
    [[nodiscard]] std::map<std::string, int> take() { return std::move(lines_); }

private:
    void meet(char character) {
        switch (character) {
        case '\n': ++line_; return;
        case '"': return string();
        case '[':
        case '{': return open(character);
        case ']':
        case '}': --depth_; return;
        default: return;
        }
    }
    void string() {
        const std::size_t start = ++at_;
        while (at_ < text_.size() && text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2U : 1U;
        last_string_ = text_.substr(start, std::min(at_, text_.size()) - start);
        if (depth_ == 1) lines_[last_string_] = line_;
    }
    void open(char character) {
        if (character == '[' && depth_ == 1) {
            list_ = last_string_;
            index_ = 0;
        }
        if (character == '{' && depth_ == 2) lines_[fmt::format("{}[{}]", list_, index_++)] = line_;
        ++depth_;
    }

    const std::string& text_;
    std::map<std::string, int> lines_;
    std::string list_;
    std::string last_string_;
    std::size_t at_ = 0;
    int line_ = 1;
    int depth_ = 0;
    int index_ = 0;
};

class SeedReader {
public:
    SeedReader(const json::value& root, std::map<std::string, int> lines, SeedParsed& parsed)
        : root_{root},
          lines_{std::move(lines)},
          parsed_{parsed} {}

    void read() {
        const auto timestamp = json::text_or_empty(json::at(root_, "timestamp"));
        // The Python adapter wrote times without a zone and meant UTC.
        auto at = parse_time(timestamp);
        if (!at) at = parse_time(timestamp + "Z");
        if (!at) fault("timestamp", "", "is no time: write it like 2026-05-04T10:00:00Z");
        parsed_.file.timestamp = at.value_or(Instant{});
        read_list("projects", [this](const std::string& where, const json::value& value) {
            project(where, value);
        });
        read_list("project_items", [this](const std::string& where, const json::value& value) {
            item(where, value);
        });
        read_list("comments", [this](const std::string& where, const json::value& value) {
            comment(where, value);
        });
    }

private:
    template <class F>
    void read_list(const std::string& name, F read_one) {
        const auto& list = json::at(root_, name);
        if (!list.is_array()) return fault(name, "", "is missing, or no list");
        int index = 0;
        for (const auto& element : json::elements(list))
            read_one(fmt::format("{}[{}]", name, index++), element);
    }

    std::optional<std::int64_t>
    number(const std::string& where, const json::value& value, const std::string& field) {
        const auto& given = json::at(value, field);
        const auto found = json::integer(given);
        if (found && *found > 0) return found;
        fault(where, "." + field, given.is_null() ? "is missing" : "is no positive whole number");
        return std::nullopt;
    }

    void project(const std::string& where, const json::value& value) {
        const auto id = number(where, value, "mp_id");
        const auto issue = number(where, value, "jira_id");
        if (id && issue) add(where, Subject::of(ProjectId{*id}), *issue);
    }

    void item(const std::string& where, const json::value& value) {
        const auto id = number(where, value, "mp_id");
        const auto project = number(where, value, "project_id");
        const auto issue = number(where, value, "jira_id");
        if (id && issue && project) add(where, Subject::of(OrderId{{*project}, {*id}}), *issue);
    }

    void comment(const std::string& where, const json::value& value) {
        const auto id = number(where, value, "mp_id");
        const bool of_item = !json::at(value, "project_item_id").is_null();
        const bool of_project = !json::at(value, "project_id").is_null();
        if (!of_item && !of_project)
            return fault(where, "", "needs project_id, or project_id and project_item_id");
        if (!of_project) return;  // An item's number alone names no order: it is found by its text.
        const auto project = number(where, value, "project_id");
        const auto item = of_item ? number(where, value, "project_item_id") : std::nullopt;
        if (!id || !project || (of_item && !item)) return;
        SeedFile::Text text{.message = MessageId{*id}};
        text.subject =
            item ? Subject::of(OrderId{{*project}, {*item}}) : Subject::of(ProjectId{*project});
        if (!json::at(value, "jira_id").is_null()) {
            if (const auto issue = number(where, value, "jira_id"))
                text.comment = CommentId{std::to_string(*issue)};
        }
        parsed_.file.texts.push_back(text);
    }

    void add(const std::string& where, const Subject& subject, std::int64_t issue) {
        if (!subjects_.insert(key_of(subject)).second)
            return fault(where, ".mp_id", fmt::format("{} is there twice", to_text(subject)));
        if (!issues_.insert(issue).second)
            return fault(where, ".jira_id", fmt::format("{} is there twice", issue));
        parsed_.file.entries.push_back({.subject = subject, .issue = IssueId{std::to_string(issue)}}
        );
    }

    void fault(const std::string& where, const std::string& field, const std::string& says) {
        const auto line = lines_.find(where);
        const std::string place =
            line == lines_.end() ? "line 1" : fmt::format("line {}", line->second);
        parsed_.faults.push_back(fmt::format("{}, {}{}: {}", place, where, field, says));
    }

    const json::value& root_;
    std::map<std::string, int> lines_;
    SeedParsed& parsed_;
    std::set<std::string> subjects_;
    std::set<std::int64_t> issues_;
};

}  // namespace

SeedParsed parse_seed(const std::string& text) {
    SeedParsed parsed;
    const auto root = json::parse(text);
    if (!root) {
        std::size_t byte = 0;
        const auto at = root.error().says.rfind(' ');
        if (at != std::string::npos)
            byte =
                static_cast<std::size_t>(parse_int(root.error().says.substr(at + 1)).value_or(0));
        const auto line =
            1 + std::count(
                    text.begin(),
                    text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size())),
                    '\n'
                );
        parsed.faults.push_back(fmt::format("line {}: {}", line, root.error().says));
        return parsed;
    }
    if (!root->is_object()) {
        parsed.faults.emplace_back("line 1: this is no JSON object");
        return parsed;
    }
    SeedReader{*root, Places{text}.take(), parsed}.read();
    return parsed;
}

}  // namespace oms::app
