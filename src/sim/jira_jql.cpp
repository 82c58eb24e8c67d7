#include "sim/jira_jql.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim {
namespace {

struct Token {
    enum class Kind { word, string, symbol, end };
    Kind kind = Kind::end;
    std::string text = {};
    std::size_t at = 0;  ///< counted from 1, as in the messages
};

bool is_symbol(char c) { return std::string_view{"()=!~<>,&|"}.find(c) != std::string_view::npos; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

Failure jql_error(const std::string& says) {
    return failure(ErrorKind::refused, "Error in the JQL Query: " + says);
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    Result<std::vector<Token>> tokens() {
        std::vector<Token> all;
        while (true) {
            while (at_ < text_.size() && is_blank(text_[at_]))
                ++at_;
            if (at_ >= text_.size()) break;
            auto token = next();
            if (!token) return Failure{token.error()};
            all.push_back(std::move(*token));
        }
        all.push_back({.at = text_.size() + 1});
        return all;
    }

private:
    Result<Token> next() {
        const char c = text_[at_];
        if (c == '"' || c == '\'') return string(c);
        if (is_symbol(c)) return symbol();
        return word();
    }

    /// A backslash keeps the next character; JQL hands the rest of escaping to the text index.
    Result<Token> string(char quote) {
        Token token{.kind = Token::Kind::string, .at = at_ + 1};
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == quote) {
                ++at_;
                return token;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            token.text += text_[at_];
        }
        return jql_error(fmt::format(
            "The quoted string '{}' has not been completed. (line 1, character {})",
            token.text,
            token.at
        ));
    }

    Token symbol() {
        static constexpr std::array<std::string_view, 6> pairs{"!=", ">=", "<=", "!~", "&&", "||"};
        for (const std::string_view pair : pairs) {
            if (text_.substr(at_, 2) != pair) continue;
            at_ += 2;
            return {.kind = Token::Kind::symbol, .text = std::string{pair}, .at = at_ - 1};
        }
        ++at_;
        return {
            .kind = Token::Kind::symbol, .text = std::string{text_.substr(at_ - 1, 1)}, .at = at_};
    }

    Token word() {
        const std::size_t start = at_;
        while (at_ < text_.size() && !is_blank(text_[at_]) && !is_symbol(text_[at_]) &&
               text_[at_] != '"' && text_[at_] != '\'')
            ++at_;
        return {
            .kind = Token::Kind::word,
            .text = std::string{text_.substr(start, at_ - start)},
            .at = start + 1};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Recursive descent; depth is bounded, since what is read comes from outside.
class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_{std::move(tokens)} {}

    Result<JqlQuery> query() {
        JqlQuery query;
        if (!at_end() && !is_word("order")) {
            auto where = any(0);
            if (!where) return Failure{where.error()};
            query.where = std::move(*where);
        }
        if (take_word("order")) {
            if (!take_word("by")) return expected("'BY'");
            do {
                auto order = one_order();
                if (!order) return Failure{order.error()};
                query.order.push_back(std::move(*order));
            } while (take_symbol(","));
        }
        if (!at_end()) return expected("either 'OR' or 'AND'");
        return query;
    }

private:
    static constexpr int depth_max = 50;

    Result<JqlNode> any(int depth) { return chain(depth, JqlNode::Kind::any, "or", "||"); }

    /// `a OR b OR c`, and one level lower the same for AND.
    Result<JqlNode>
    chain(int depth, JqlNode::Kind kind, std::string_view word, std::string_view symbol) {
        const bool outer = kind == JqlNode::Kind::any;
        JqlNode node{.kind = kind};
        do {
            auto part = outer ? chain(depth, JqlNode::Kind::all, "and", "&&") : one(depth);
            if (!part) return part;
            node.children.push_back(std::move(*part));
        } while (take_word(word) || take_symbol(symbol));
        if (node.children.size() > 1) return node;
        JqlNode only = std::move(node.children.front());
        return only;
    }

    Result<JqlNode> one(int depth) {
        if (depth > depth_max) return jql_error("The query is nested too deeply.");
        if (take_word("not") || take_symbol("!")) {
            auto inner = one(depth + 1);
            if (!inner) return inner;
            JqlNode negation{.kind = JqlNode::Kind::negation};
            negation.children.push_back(std::move(*inner));
            return negation;
        }
        if (take_symbol("(")) {
            auto inner = any(depth + 1);
            if (!inner) return inner;
            if (!take_symbol(")")) return expected("')'");
            return inner;
        }
        return clause();
    }

    Result<JqlNode> clause() {
        const Token field = here();
        if (field.kind != Token::Kind::word && field.kind != Token::Kind::string)
            return expected("a field name");
        ++at_;
        JqlNode node{.kind = JqlNode::Kind::clause, .clause = {.field = field.text}};
        const auto op = take_operator();
        if (!op) return expected("an operator, such as '=', '!=', '<', '>', 'in' or 'is'");
        node.clause.op = *op;
        if (*op == JqlOperator::empty || *op == JqlOperator::not_empty) {
            if (!take_word("empty") && !take_word("null")) return expected("'EMPTY' or 'NULL'");
            return node;
        }
        auto values = operands(*op == JqlOperator::in || *op == JqlOperator::not_in);
        if (!values) return Failure{values.error()};
        node.clause.values = std::move(*values);
        // `= EMPTY` says the same as `is EMPTY`.
        const bool none = last_was_word_ && lower(node.clause.values.front()) == "empty";
        if (none && *op == JqlOperator::equal) node.clause = {field.text, JqlOperator::empty, {}};
        if (none && *op == JqlOperator::not_equal)
            node.clause = {field.text, JqlOperator::not_empty, {}};
        return node;
    }

    Result<std::vector<std::string>> operands(bool list) {
        std::vector<std::string> values;
        if (list && !take_symbol("(")) return expected("'('");
        do {
            auto value = operand();
            if (!value) return Failure{value.error()};
            values.push_back(std::move(*value));
        } while (list && take_symbol(","));
        if (list && !take_symbol(")")) return expected("')'");
        return values;
    }

    Result<std::string> operand() {
        const Token token = here();
        if (token.kind != Token::Kind::word && token.kind != Token::Kind::string)
            return expected("a value, list or function");
        ++at_;
        last_was_word_ = token.kind == Token::Kind::word;
        std::string value = token.text;
        if (last_was_word_ && take_symbol("(")) {
            if (!take_symbol(")")) return expected("')'");
            value += "()";
        }
        return value;
    }

    std::optional<JqlOperator> take_operator() {
        static const std::array<std::pair<std::string_view, JqlOperator>, 8> symbols{{
            {"=", JqlOperator::equal},
            {"!=", JqlOperator::not_equal},
            {"~", JqlOperator::contains},
            {"!~", JqlOperator::contains_not},
            {">=", JqlOperator::at_least},
            {"<=", JqlOperator::at_most},
            {">", JqlOperator::more},
            {"<", JqlOperator::less},
        }};
        for (const auto& [text, op] : symbols) {
            if (take_symbol(text)) return op;
        }
        if (take_word("in")) return JqlOperator::in;
        if (take_word("is")) return take_word("not") ? JqlOperator::not_empty : JqlOperator::empty;
        if (is_word("not") && take_word("not") && take_word("in")) return JqlOperator::not_in;
        return std::nullopt;
    }

    Result<JqlOrder> one_order() {
        const Token field = here();
        if (field.kind != Token::Kind::word && field.kind != Token::Kind::string)
            return expected("a field name");
        ++at_;
        JqlOrder order{.field = field.text};
        if (take_word("desc")) {
            order.descending = true;
        } else {
            take_word("asc");
        }
        return order;
    }

    [[nodiscard]] Failure expected(std::string_view what) const {
        const Token& token = here();
        if (token.kind == Token::Kind::end) {
            return jql_error(fmt::format(
                "Expecting {} before the end of the query. (line 1, character {})", what, token.at
            ));
        }
        return jql_error(fmt::format(
            "Expecting {} but got '{}'. (line 1, character {})", what, token.text, token.at
        ));
    }

    [[nodiscard]] const Token& here() const { return tokens_[at_]; }
    [[nodiscard]] bool at_end() const { return here().kind == Token::Kind::end; }
    [[nodiscard]] bool is_word(std::string_view word) const {
        return here().kind == Token::Kind::word && lower(here().text) == word;
    }
    bool take_word(std::string_view word) {
        if (!is_word(word)) return false;
        ++at_;
        return true;
    }
    bool take_symbol(std::string_view symbol) {
        if (here().kind != Token::Kind::symbol || here().text != symbol) return false;
        ++at_;
        return true;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    bool last_was_word_ = false;
};

}  // namespace

std::string_view to_text(JqlOperator op) {
    switch (op) {
    case JqlOperator::equal: return "=";
    case JqlOperator::not_equal: return "!=";
    case JqlOperator::in: return "in";
    case JqlOperator::not_in: return "not in";
    case JqlOperator::contains: return "~";
    case JqlOperator::contains_not: return "!~";
    case JqlOperator::empty: return "is";
    case JqlOperator::not_empty: return "is not";
    case JqlOperator::at_least: return ">=";
    case JqlOperator::at_most: return "<=";
    case JqlOperator::more: return ">";
    case JqlOperator::less: return "<";
    }
    return "";
}

Result<JqlQuery> parse_jql(std::string_view text) {
    auto tokens = Lexer{text}.tokens();
    if (!tokens) return Failure{tokens.error()};
    return Parser{std::move(*tokens)}.query();
}

}  // namespace oms::sim
