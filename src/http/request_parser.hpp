#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include "http/message.hpp"

/// Seen by the server's files only: Boost stays out of all others.
namespace oms::http {

/// Beast's grammar, straight into a Request: nothing is stored twice. A folded header (which others
/// on the way may read differently) is refused.
class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    /// Of a request from that address.
    explicit RequestParser(const std::string& peer) { request_.peer = peer; }

    /// Its body is empty as long as none was parsed, and never larger than what has come.
    [[nodiscard]] const Request& request() const { return request_; }
    [[nodiscard]] Request take_request() { return std::move(request_); }
    void vouch_for_it() { request_.vouched_for = true; }
    /// Why two readers of this header may see two requests; nothing where they may not.
    [[nodiscard]] std::optional<std::string> ambiguity() const;
    [[nodiscard]] bool is_head() const { return request_.method == "HEAD"; }
    [[nodiscard]] bool wants_continue() const;

private:
    /// A header that only one may have: how many there were, and what the first said.
    struct Single {
        std::size_t count = 0;
        std::string first = {};

        void add(std::string_view value);
    };

    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using Error = boost::system::error_code;

    void on_request_impl(
        boost::beast::http::verb verb,
        Text method,
        Text target,
        int version,
        Error& error
    ) override;
    void on_response_impl(int, Text, int, Error&) override {}
    void on_field_impl(Field field, Text name, Text value, Error& error) override;
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text part, Error& error) override;
    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t remaining, Text part, Error& error) override;
    void on_finish_impl(Error&) override {}

    Request request_;
    int version_ = 0;
    std::size_t hosts_ = 0;
    Single length_;
    Single encoding_;
    Single expect_;
};

}  // namespace oms::http
