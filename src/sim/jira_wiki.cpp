#include <optional>

#include "base/text.hpp"
#include "sim/jira_document.hpp"

/// Wiki markup becomes a document: what a site on Cloud makes of a text that came by API 2.
namespace oms::sim {
namespace {

json::object node(std::string_view type, json::array content) {
    return {{"type", type}, {"content", std::move(content)}};
}

json::object text_node(std::string text, std::string_view mark = "", json::object attributes = {}) {
    json::object shape{{"type", "text"}, {"text", std::move(text)}};
    if (mark.empty()) return shape;
    json::object marked{{"type", mark}};
    if (!attributes.empty()) marked["attrs"] = std::move(attributes);
    shape["marks"] = json::array{std::move(marked)};
    return shape;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

bool is_word(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

/// One line of text with what stands in it.
class Inlines {
public:
    Inlines(std::string_view text, json::array& into) : text_{text}, into_{into} {}

    void read() {
        while (at_ < text_.size()) {
            if (!take_escape() && !take_code() && !take_bracket() && !take_phrase('*', "strong") &&
                !take_phrase('_', "em") && !take_image())
                plain_ += text_[at_++];
        }
        flush();
    }

private:
    void flush() {
        if (!plain_.empty()) into_.push_back(text_node(std::move(plain_)));
        plain_.clear();
    }

    void put(json::object shape) {
        flush();
        into_.push_back(std::move(shape));
    }

    bool take_escape() {
        if (text_[at_] != '\\' || at_ + 1 >= text_.size()) return false;
        const char next = text_[at_ + 1];
        // Before these the backslash shows (contract 6.5).
        const bool shows = next == '.' || next == ',' || next == ':';
        if (shows || is_word(next) || is_space(next)) return false;
        plain_ += next;
        at_ += 2;
        return true;
    }

    /// Up to `end`, in this line; what stands between, where something does.
    [[nodiscard]] std::optional<std::string> inside(std::size_t from, std::string_view end) const {
        const auto found = text_.find(end, from);
        if (found == std::string_view::npos || found == from) return std::nullopt;
        return std::string{text_.substr(from, found - from)};
    }

    bool take_code() {
        if (text_.substr(at_, 2) != "{{") return false;
        const auto code = inside(at_ + 2, "}}");
        if (!code) return false;
        put(text_node(*code, "code"));
        at_ += code->size() + 4;
        return true;
    }

    bool take_bracket() {
        if (text_[at_] != '[') return false;
        const auto content = inside(at_ + 1, "]");
        if (!content) return false;
        if (content->front() == '~') {
            std::string id = content->substr(1);
            if (id.rfind("accountid:", 0) == 0) id = id.substr(10);
            put({{"type", "mention"}, {"attrs", {{"id", id}, {"text", "@" + id}}}});
        } else {
            const auto bar = content->find('|');
            const std::string shown = content->substr(0, bar);
            const std::string target =
                bar == std::string::npos ? *content : content->substr(bar + 1);
            if (target.empty() || shown.empty()) return false;
            const bool link = target.find(':') != std::string::npos || target.front() == '#' ||
                              target.front() == '^' || target.front() == '/';
            if (!link) return false;
            put(text_node(shown, "link", {{"href", target.substr(0, target.find('|'))}}));
        }
        at_ += content->size() + 2;
        return true;
    }

    /// `*bold*` between what are no letters.
    bool take_phrase(char sign, std::string_view mark) {
        if (text_[at_] != sign || (at_ > 0 && is_word(text_[at_ - 1]))) return false;
        for (std::size_t end = text_.find(sign, at_ + 1); end != std::string_view::npos;
             end = text_.find(sign, end + 1)) {
            const bool closes = end > at_ + 1 && !is_space(text_[end - 1]) &&
                                text_[end - 1] != '\\' &&
                                (end + 1 == text_.size() || !is_word(text_[end + 1]));
            if (!closes || is_space(text_[at_ + 1])) continue;
            put(text_node(std::string{text_.substr(at_ + 1, end - at_ - 1)}, mark));
            at_ = end + 1;
            return true;
        }
        return false;
    }

    bool take_image() {
        if (text_[at_] != '!') return false;
        const auto name = inside(at_ + 1, "!");
        if (!name || is_space(name->front()) || name->find('.') == std::string::npos) return false;
        put({{"type", "mediaInline"}, {"attrs", {{"id", *name}, {"collection", ""}}}});
        at_ += name->size() + 2;
        return true;
    }

    std::string_view text_;
    json::array& into_;
    std::size_t at_ = 0;
    std::string plain_ = {};
};

/// Lines become blocks.
class Blocks {
public:
    explicit Blocks(const std::string& wiki)
        : lines_{split(fences_apart(replace_all(wiki, "\r\n", "\n")), '\n')} {}

    json::array read() {
        for (; at_ < lines_.size(); ++at_) {
            const std::string& line = lines_[at_];
            if (take_fence(line, "{code") || take_fence(line, "{noformat")) continue;
            if (trim(line).empty()) {
                close();
            } else if (line.size() > 4 && line[0] == 'h' && line.substr(2, 2) == ". " && line[1] >= '1' && line[1] <= '6') {
                close();
                json::object heading = node("heading", inlines(line.substr(4)));
                heading["attrs"] = json::object{{"level", line[1] - '0'}};
                blocks_.push_back(std::move(heading));
            } else if (line.rfind("* ", 0) == 0 || line.rfind("# ", 0) == 0) {
                add_item(line);
            } else {
                if (!paragraph_.empty()) paragraph_.push_back(json::object{{"type", "hardBreak"}});
                Inlines{line, paragraph_}.read();
            }
        }
        close();
        return std::move(blocks_);
    }

private:
    /// A fence may open and close within a line: each begins one here.
    static std::string fences_apart(std::string wiki) {
        for (const std::string_view fence : {"{code", "{noformat"}) {
            for (auto at = wiki.find(fence); at != std::string::npos;
                 at = wiki.find(fence, at + 2)) {
                if (at > 0 && wiki[at - 1] != '\n' && wiki[at - 1] != '\\') wiki.insert(at, "\n");
            }
        }
        return wiki;
    }

    static json::array inlines(std::string_view text) {
        json::array all;
        Inlines{text, all}.read();
        return all;
    }

    void close() {
        if (!paragraph_.empty()) blocks_.push_back(node("paragraph", std::move(paragraph_)));
        paragraph_ = {};
    }

    void add_item(const std::string& line) {
        close();
        const std::string_view type = line[0] == '*' ? "bulletList" : "orderedList";
        const bool goes_on = !blocks_.empty() &&
                             json::text_or_empty(json::at(blocks_.back(), "type")) == type &&
                             at_ > 0 && !trim(lines_[at_ - 1]).empty();
        if (!goes_on) blocks_.push_back(node(type, {}));
        json::array item{node("paragraph", inlines(line.substr(2)))};
        blocks_.back().as_object()["content"].as_array().push_back(node("listItem", std::move(item))
        );
    }

    /// `{code}` to `{code}`; one that is not closed takes the rest.
    bool take_fence(const std::string& line, const std::string& fence) {
        if (line.rfind(fence, 0) != 0) return false;
        const auto opened = line.find('}');
        if (opened == std::string::npos) return false;
        close();
        const std::string end = fence + "}";
        std::string text = line.substr(opened + 1);
        while (text.find(end) == std::string::npos && at_ + 1 < lines_.size())
            text += "\n" + lines_[++at_];
        const auto closed = text.find(end);
        if (closed != std::string::npos && closed + end.size() < text.size()) {
            const auto next = lines_.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
            lines_.insert(next, text.substr(closed + end.size()));
        }
        text = text.substr(0, closed);
        if (!text.empty() && text.front() == '\n') text.erase(0, 1);
        if (!text.empty() && text.back() == '\n') text.pop_back();
        json::array content;
        if (!text.empty()) content.push_back(text_node(text));
        blocks_.push_back(node("codeBlock", std::move(content)));
        return true;
    }

    std::vector<std::string> lines_;
    std::size_t at_ = 0;
    json::array blocks_ = {};
    json::array paragraph_ = {};
};

}  // namespace

json::object document_of(const std::string& wiki) {
    return {{"type", "doc"}, {"version", 1}, {"content", Blocks{wiki}.read()}};
}

std::vector<std::string> mentions_in(const std::string& wiki) {
    std::vector<std::string> names;
    for (auto from = wiki.find("[~"); from != std::string::npos; from = wiki.find("[~", from + 2)) {
        const auto end = wiki.find(']', from);
        if (end == std::string::npos) break;
        std::string name = wiki.substr(from + 2, end - from - 2);
        if (name.rfind("accountid:", 0) == 0) name = name.substr(10);
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace oms::sim
