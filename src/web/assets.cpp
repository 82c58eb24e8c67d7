#include "web/assets.hpp"

#include <array>

#include <zlib.h>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

extern "C" {
#include "asset_declarations.inc"
}

namespace oms::web {
namespace {

struct Embedded {
    std::string_view name;
    const char* begin;
    const char* end;
};

constexpr std::array embedded = std::to_array<Embedded>({
#include "asset_table.inc"
});

std::string_view type_of(std::string_view name) {
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    return "application/octet-stream";
}

std::string unpacked(std::string_view gzip) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    OMS_CHECK(inflateInit2(&stream, gzip_window) == Z_OK);
    // zlib only reads it.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    std::string bytes;
    std::array<char, 65'536> part{};
    int code = Z_OK;
    while (code == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = static_cast<uInt>(part.size());
        code = inflate(&stream, Z_NO_FLUSH);
        bytes.append(part.data(), part.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    OMS_CHECK(code == Z_STREAM_END);
    return bytes;
}

}  // namespace

std::optional<Asset> find_asset(std::string_view name) {
    // Computed once: the bytes never change.
    static const auto etags = [] {
        std::array<std::string, embedded.size()> list;
        for (std::size_t i = 0; i < embedded.size(); ++i) {
            const Embedded& one = embedded[i];
            list[i] = "\"" +
                      fingerprint({one.begin, static_cast<std::size_t>(one.end - one.begin)}) +
                      "\"";
        }
        return list;
    }();
    for (std::size_t i = 0; i < embedded.size(); ++i) {
        const Embedded& one = embedded[i];
        if (one.name != name) continue;
        return Asset{
            .gzip = {one.begin, static_cast<std::size_t>(one.end - one.begin)},
            .content_type = type_of(name),
            .etag = etags[i]};
    }
    return std::nullopt;
}

void send_asset(std::string_view name, const http::Request& request, http::Reply& reply) {
    const auto asset = find_asset(name);
    if (!asset) return reply.send(http::text_response(404, "there is nothing here\n"));
    http::Response response{.status = 200, .headers = page_headers()};
    response.headers.emplace_back("ETag", std::string{asset->etag});
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (http::header(request.headers, "If-None-Match") == asset->etag) {
        response.status = 304;
        return reply.send(std::move(response));
    }
    response.headers.emplace_back("Content-Type", std::string{asset->content_type});
    const std::string accepted = http::header(request.headers, "Accept-Encoding").value_or("");
    if (accepted.find("gzip") != std::string::npos) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = asset->gzip;
    } else {
        response.body = unpacked(asset->gzip);
    }
    reply.send(std::move(response));
}

http::Headers page_headers() {
    return {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
        {"Cross-Origin-Opener-Policy", "same-origin"}};
}

http::Headers answer_headers() {
    return {
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"}};
}

}  // namespace oms::web
