#include "jira/adf.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/wiki.hpp"

namespace oms::jira::adf {
namespace {

using json::at;
using json::text_or_empty;

std::string inlines(const json::value& node);
std::string blocks(const json::value& node, std::string_view between);

std::string attribute(const json::value& node, std::string_view name) {
    return text_or_empty(at(at(node, "attrs"), name));
}

/// The first of them that says something.
std::string attribute_of(const json::value& node, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (std::string text = attribute(node, name); !text.empty()) return text;
    }
    return "";
}

std::string date_of(const json::value& node) {
    const auto stamp = parse_int(attribute(node, "timestamp"));
    // Within the years 1 to 9999; a date out of them is no date.
    constexpr std::int64_t most = 253'402'300'799'000;
    if (!stamp || *stamp < -62'135'596'800'000 || *stamp > most) return "";
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{*stamp}};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return fmt::format(
        "{:04}-{:02}-{:02}",
        static_cast<int>(day.year()),
        static_cast<unsigned>(day.month()),
        static_cast<unsigned>(day.day())
    );
}

std::string link_of(const json::value& node) {
    for (const auto& mark : json::elements(at(node, "marks"))) {
        if (text_or_empty(at(mark, "type")) == "link") return attribute(mark, "href");
    }
    return "";
}

std::string text_node(const json::value& node) {
    const std::string text = text_or_empty(at(node, "text"));
    const std::string link = link_of(node);
    const bool shown = link.empty() || link == text || link == "mailto:" + text;
    return shown ? text : fmt::format("{} ({})", text, link);
}

std::string mention_of(const json::value& node) {
    const std::string text = attribute(node, "text");
    if (text.empty()) return "@someone";
    return text.starts_with('@') ? text : "@" + text;
}

std::string media_of(const json::value& node) {
    const std::string name = attribute_of(node, {"alt", "title", "url"});
    return name.empty() ? "(attachment)" : name;
}

/// An address, or what it was resolved to.
std::string card_of(const json::value& node) {
    const std::string url = attribute(node, "url");
    const auto& data = at(at(node, "attrs"), "data");
    return url.empty() ? text_or_empty(at(data, "url")) : url;
}

std::string inline_node(const json::value& node) {
    const std::string type = text_or_empty(at(node, "type"));
    if (type == "text") return text_node(node);
    if (type == "hardBreak") return "\n";
    if (type == "mention") return mention_of(node);
    if (type == "emoji") return attribute_of(node, {"text", "shortName"});
    if (type == "inlineCard") return card_of(node);
    if (type == "status") return attribute(node, "text");
    if (type == "date") return date_of(node);
    if (type == "mediaInline") return media_of(node);
    return inlines(node) + attribute(node, "text");
}

std::string inlines(const json::value& node) {
    std::string text;
    for (const auto& child : json::elements(at(node, "content")))
        text += inline_node(child);
    return text;
}

/// Its first line behind the mark, the others below the first.
std::string item(const json::value& node, const std::string& mark) {
    const std::string text = blocks(node, "\n");
    return mark +
           replace_all(text, "\n", "\n" + std::string(std::min<std::size_t>(mark.size(), 4), ' '));
}

std::string list(const json::value& node, const std::string& type) {
    const bool numbered = type == "orderedList";
    std::int64_t number = parse_int(attribute(node, "order")).value_or(1);
    std::string text;
    for (const auto& child : json::elements(at(node, "content"))) {
        std::string mark = numbered ? fmt::format("{}. ", number++) : "- ";
        const std::string item_type = text_or_empty(at(child, "type"));
        if (item_type == "taskItem" || item_type == "blockTaskItem")
            mark = attribute(child, "state") == "DONE" ? "[x] " : "[ ] ";
        text += (text.empty() ? "" : "\n") + item(child, mark);
    }
    return text;
}

std::string table(const json::value& node) {
    std::string text;
    for (const auto& row : json::elements(at(node, "content"))) {
        std::string line;
        for (const auto& cell : json::elements(at(row, "content")))
            line += (line.empty() ? "" : " | ") + replace_all(blocks(cell, "\n"), "\n", " ");
        text += (text.empty() ? "" : "\n") + line;
    }
    return text;
}

bool is_list(const std::string& type) {
    return type == "bulletList" || type == "orderedList" || type == "taskList" ||
           type == "decisionList";
}

bool is_inline(const json::value& node) {
    const std::string type = text_or_empty(at(node, "type"));
    constexpr std::array names{
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "inlineCard",
        "status",
        "date",
        "mediaInline",
        "inlineExtension",
        "placeholder"};
    return std::ranges::find(names, type) != names.end();
}

std::string block(const json::value& node) {
    const std::string type = text_or_empty(at(node, "type"));
    if (is_list(type)) return list(node, type);
    if (type == "table") return table(node);
    if (type == "rule") return "---";
    if (type == "media") return media_of(node);
    if (type == "blockCard" || type == "embedCard") return card_of(node);
    if (type == "mediaSingle" || type == "mediaGroup") return blocks(node, "\n");
    const auto& content = json::elements(at(node, "content"));
    // In these, what is not known stands in the line as well.
    const bool of_lines = type == "paragraph" || type == "heading" || type == "codeBlock";
    const bool of_text = of_lines || std::ranges::all_of(content, is_inline);
    std::string text = of_text ? inlines(node) : blocks(node, "\n\n");
    const std::string title = attribute(node, "title");
    if (title.empty() || (type != "expand" && type != "nestedExpand")) return text;
    return title + "\n" + text;
}

std::string blocks(const json::value& node, std::string_view between) {
    std::string text;
    bool first = true;
    bool after_inline = false;
    for (const auto& child : json::elements(at(node, "content"))) {
        const bool here = is_inline(child);
        if (!first && !(after_inline && here)) text += between;
        text += here ? inline_node(child) : block(child);
        first = false;
        after_inline = here;
    }
    return text;
}

json::object paragraph(std::string_view text) {
    json::array content;
    bool first = true;
    for (const std::string& line : split(text, '\n')) {
        if (!first) content.push_back(json::object{{"type", "hardBreak"}});
        // An empty text node is refused.
        if (!line.empty()) content.push_back(json::object{{"type", "text"}, {"text", line}});
        first = false;
    }
    return {{"type", "paragraph"}, {"content", std::move(content)}};
}

}  // namespace

json::object document(const std::string& text) {
    json::array content;
    const std::string all = clean(text);
    for (std::size_t at = 0;;) {
        const std::size_t end = all.find("\n\n", at);
        content.push_back(paragraph(std::string_view{all}.substr(at, end - at)));
        if (end == std::string::npos) break;
        at = end + 2;
    }
    return {{"type", "doc"}, {"version", 1}, {"content", std::move(content)}};
}

std::string to_plain_text(const json::value& document) {
    if (document.is_object()) return blocks(document, "\n\n");
    return wiki::to_plain_text(text_or_empty(document));
}

}  // namespace oms::jira::adf
