#include "sim/jira_document.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

std::string type_of(const json::value& node) { return text_or_empty(at(node, "type")); }

std::string attribute(const json::value& node, std::string_view name) {
    return text_or_empty(at(node, {"attrs", name}));
}

bool is_node(const json::value& node) {
    const std::string type = type_of(node);
    if (type.empty()) return false;
    if (type == "text" && text_or_empty(at(node, "text")).empty()) return false;
    return std::ranges::all_of(elements(at(node, "content")), is_node);
}

bool is_block(const json::value& node) {
    static const std::vector<std::string> inline_types{
        "text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "mediaInline"};
    return std::ranges::find(inline_types, type_of(node)) == inline_types.end();
}

/// Writes a document in one of the two forms.
class Writer {
public:
    explicit Writer(bool markup) : markup_{markup} {}

    std::string blocks(const json::value& parent, std::string_view between) {
        std::vector<std::string> parts;
        for (const json::value& node : elements(at(parent, "content")))
            parts.push_back(is_block(node) ? block(node) : inlines_of(node));
        return join(parts, between);
    }

private:
    std::string block(const json::value& node) {
        const std::string type = type_of(node);
        if (type == "paragraph") return inlines(node);
        if (type == "heading") {
            const std::string level = attribute(node, "level");
            return (markup_ ? fmt::format("h{}. ", level) : "") + inlines(node);
        }
        if (type == "bulletList") return list(node, '*');
        if (type == "orderedList") return list(node, '#');
        if (type == "codeBlock") return code(node);
        if (type == "blockquote") return fenced(node, "{quote}");
        if (type == "panel") return fenced(node, "{panel}");
        if (type == "rule") return "----";
        if (type == "table") return blocks(node, "\n");
        if (type == "tableRow") return row(node);
        if (type == "media") return image(node);
        return blocks(node, "\n");
    }

    std::string inlines(const json::value& node) {
        std::string text;
        for (const json::value& child : elements(at(node, "content")))
            text += is_block(child) ? block(child) : inlines_of(child);
        return text;
    }

    std::string inlines_of(const json::value& node) {
        const std::string type = type_of(node);
        if (type == "text") return marked(node);
        if (type == "hardBreak") return "\n";
        if (type == "mention") {
            if (!markup_) return "@" + replace_all(attribute(node, "text"), "@", "");
            return "[~accountid:" + attribute(node, "id") + "]";
        }
        if (type == "emoji") return attribute(node, "shortName");
        if (type == "inlineCard") {
            const std::string url = attribute(node, "url");
            return markup_ ? fmt::format("[{0}|{0}|smart-link]", url) : url;
        }
        if (type == "status") return attribute(node, "text");
        if (type == "mediaInline") return image(node);
        return attribute(node, "text");
    }

    [[nodiscard]] std::string marked(const json::value& node) const {
        std::string text = text_or_empty(at(node, "text"));
        if (!markup_) return text;
        for (const json::value& mark : elements(at(node, "marks"))) {
            const std::string type = type_of(mark);
            if (type == "strong") text = "*" + text + "*";
            if (type == "em") text = "_" + text + "_";
            if (type == "strike") text = "-" + text + "-";
            if (type == "underline") text = "+" + text + "+";
            if (type == "code") text = "{{" + text + "}}";
            if (type == "link") text = fmt::format("[{}|{}]", text, attribute(mark, "href"));
            if (type == "textColor")
                text = fmt::format("{{color:{}}}{}{{color}}", attribute(mark, "color"), text);
        }
        return text;
    }

    std::string list(const json::value& node, char sign) {
        signs_ += sign;
        std::vector<std::string> lines;
        for (const json::value& item : elements(at(node, "content"))) {
            std::string line = (markup_ ? signs_ : std::string{"-"}) + " ";
            for (const json::value& child : elements(at(item, "content"))) {
                const std::string type = type_of(child);
                const bool nested = type == "bulletList" || type == "orderedList";
                line += (nested ? "\n" : "") + block(child);
            }
            lines.push_back(std::move(line));
        }
        signs_.pop_back();
        return join(lines, "\n");
    }

    std::string code(const json::value& node) {
        if (!markup_) return inlines(node);
        const std::string language = attribute(node, "language");
        const std::string begins = language.empty() ? "{code}" : "{code:" + language + "}";
        return begins + "\n" + inlines(node) + "\n{code}";
    }

    std::string fenced(const json::value& node, const std::string& fence) {
        const std::string inside = blocks(node, "\n");
        return markup_ ? fence + "\n" + inside + "\n" + fence : inside;
    }

    std::string row(const json::value& node) {
        std::string line;
        std::string sign = "|";
        for (const json::value& cell : elements(at(node, "content"))) {
            sign = type_of(cell) == "tableHeader" ? "||" : "|";
            line += sign + blocks(cell, "\n");
        }
        return line + sign;
    }

    [[nodiscard]] std::string image(const json::value& node) const {
        std::string name = attribute(node, "alt");
        if (name.empty()) name = attribute(node, "url");
        if (name.empty()) name = attribute(node, "id");
        return markup_ ? "!" + name + "!" : name;
    }

    bool markup_;
    std::string signs_ = {};  ///< of the lists around: `**#`
};

void visit(const json::value& node, const std::function<void(const json::value&)>& see) {
    see(node);
    for (const json::value& mark : elements(at(node, "marks")))
        see(mark);
    for (const json::value& child : elements(at(node, "content")))
        visit(child, see);
}

}  // namespace

bool is_document(const json::value& value) {
    const auto version = json::integer(at(value, "version"));
    return type_of(value) == "doc" && version == 1 && at(value, "content").is_array() &&
           is_node(value);
}

std::string wiki_of(const json::value& document) { return Writer{true}.blocks(document, "\n\n"); }

std::string plain_of(const json::value& document) { return Writer{false}.blocks(document, "\n"); }

std::vector<std::string> effects_of(const json::value& document) {
    static const std::vector<std::string> harmless{"doc", "paragraph", "text", "hardBreak"};
    std::vector<std::string> effects;
    visit(document, [&](const json::value& node) {
        const std::string type = type_of(node);
        if (std::ranges::find(harmless, type) != harmless.end()) return;
        if (std::ranges::find(effects, type) == effects.end()) effects.push_back(type);
    });
    return effects;
}

std::vector<std::string> mentions_of(const json::value& document) {
    std::vector<std::string> ids;
    visit(document, [&](const json::value& node) {
        if (type_of(node) == "mention") ids.push_back(attribute(node, "id"));
    });
    return ids;
}

}  // namespace oms::sim
