#include "http/curl_transport.hpp"

#include <mutex>
#include <new>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;

/// Below the usual keep-alive of servers, so that a connection is seldom closed just as it is used.
constexpr long connection_age_max_s = 50;
constexpr auto poll_step = 1s;

struct CloseMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct CloseEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void init_curl_once() {
    static std::once_flag once;
    std::call_once(once, [] { OMS_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

/// What happened to one request, as the callbacks saw it.
struct Exchange {
    Response response;
    std::size_t body_bytes_max = 0;
    std::optional<std::chrono::steady_clock::time_point> not_after = std::nullopt;
    int attempts = 0;  ///< how often curl began to send it
    bool too_late = false;
    bool header_complete = false;  ///< the empty line was there: curl takes a torn header for one
    bool too_large = false;
    bool no_memory = false;
};

/// Runs after connecting and before the first byte of each attempt. The second attempt is curl's
/// own idea, on a reused connection that broke: the remote may have carried out the first.
int before_sending(void* context, char* /*ip*/, char* /*local*/, int /*port*/, int /*local*/) {
    auto& exchange = *static_cast<Exchange*>(context);
    exchange.too_late =
        exchange.not_after && std::chrono::steady_clock::now() > *exchange.not_after;
    if (exchange.too_late) return CURL_PREREQFUNC_ABORT;
    const bool first = ++exchange.attempts == 1;
    return first ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& exchange = *static_cast<Exchange*>(target);
    const std::string_view line{bytes, size * count};
    if (line.starts_with("HTTP/")) {
        // A status line: what came before belongs to an interim answer or a proxy.
        exchange.response.headers.clear();
        exchange.header_complete = false;
        return line.size();
    }
    if (line == "\r\n" || line == "\n") {
        exchange.header_complete = true;
        return line.size();
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    // No exception may pass through curl, which is C.
    try {
        exchange.response.headers.emplace_back(
            trim(line.substr(0, colon)), trim(line.substr(colon + 1))
        );
    } catch (const std::bad_alloc&) {
        exchange.no_memory = true;
        return 0;
    }
    return line.size();
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& exchange = *static_cast<Exchange*>(target);
    // These bytes are decompressed already: a small answer cannot become a large one unseen.
    if (exchange.response.body.size() + size * count > exchange.body_bytes_max) {
        exchange.too_large = true;
        return 0;
    }
    try {
        exchange.response.body.append(bytes, size * count);
    } catch (const std::bad_alloc&) {
        exchange.no_memory = true;
        return 0;
    }
    return size * count;
}

/// `https://host:8443` of a URL: for messages, without user, path and query.
std::string host_of(const std::string& url) {
    const auto scheme = url.find("://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    std::string host = url.substr(start, url.find_first_of("/?#", start) - start);
    const auto at = host.rfind('@');
    if (at != std::string::npos) host = host.substr(at + 1);
    return (scheme == std::string::npos ? "" : url.substr(0, start)) + host;
}

Obstacle obstacle_of(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return Obstacle::name;
    case CURLE_COULDNT_RESOLVE_PROXY: return Obstacle::proxy_name;
    case CURLE_COULDNT_CONNECT: return Obstacle::connection;
    case CURLE_SSL_CONNECT_ERROR: return Obstacle::tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return Obstacle::certificate;
    case CURLE_OPERATION_TIMEDOUT: return Obstacle::time;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return Obstacle::broken;
    default: return Obstacle::none;
    }
}

HeaderList header_list(const Headers& headers) {
    HeaderList list;
    const auto add = [&](const std::string& line) {
        list.reset(curl_slist_append(list.release(), line.c_str()));
    };
    // Waiting for 100 Continue would cost a second wherever nobody answers it.
    add("Expect:");
    for (const auto& [name, value] : headers) {
        // `Name;` is how curl is told to send an empty value.
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    return list;
}

}  // namespace

struct CurlTransport::Impl {
    explicit Impl(CurlOptions given) : options{std::move(given)} {
        init_curl_once();
        multi.reset(curl_multi_init());
        easy.reset(curl_easy_init());
        OMS_CHECK(multi && easy);
    }

    void set_options(const Request& request, const HeaderList& headers, Exchange& exchange) const;
    [[nodiscard]] CURLcode perform() const;
    [[nodiscard]] Error error_of(CURLcode code, const Request& request, const Exchange& exchange)
        const;

    CurlOptions options;
    std::unique_ptr<CURLM, CloseMulti> multi;
    std::unique_ptr<CURL, CloseEasy> easy;
    std::atomic<bool> aborted{false};
};

void CurlTransport::Impl::set_options(
    const Request& request,
    const HeaderList& headers,
    Exchange& exchange
) const {
    CURL* handle = easy.get();
    curl_easy_reset(handle);  // keeps connections, drops the last request's options
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(
        handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count())
    );
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, connection_age_max_s);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!options.proxies) curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, before_sending);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    if (request.method == "HEAD") {
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
        curl_easy_setopt(
            handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())
        );
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    if (request.method != "HEAD")
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

CURLcode CurlTransport::Impl::perform() const {
    curl_multi_add_handle(multi.get(), easy.get());
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    int running = 1;
    while (running > 0 && !aborted) {
        curl_multi_perform(multi.get(), &running);
        int left = 0;
        while (CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            if (message->msg == CURLMSG_DONE) code = message->data.result;
        }
        if (running > 0) {
            curl_multi_poll(
                multi.get(),
                nullptr,
                0,
                static_cast<int>(std::chrono::milliseconds{poll_step}.count()),
                nullptr
            );
        }
    }
    curl_multi_remove_handle(multi.get(), easy.get());
    return code;
}

Error CurlTransport::Impl::error_of(CURLcode code, const Request& request, const Exchange& exchange)
    const {
    const std::string host = host_of(request.url);
    if (aborted) return {.kind = ErrorKind::shutdown, .says = "stopped while talking to " + host};
    std::string what = curl_easy_strerror(code);
    if (exchange.too_late) {
        what = "too long after it was written down that it would be sent";
    } else if (exchange.too_large) {
        what = fmt::format("the answer is larger than {} bytes", exchange.body_bytes_max);
    } else if (exchange.no_memory) {
        what = "no memory for the answer";
    } else if (code == CURLE_OK) {
        what = "the answer's header is incomplete";
    } else if (code == CURLE_OPERATION_TIMEDOUT && exchange.attempts > 0) {
        what = fmt::format("no complete answer within {} ms", request.timeout.count());
    } else if (exchange.attempts > 1) {
        what = "the connection closed before an answer";
    }
    return {
        .kind = exchange.attempts == 0 ? ErrorKind::not_sent : ErrorKind::outcome_unknown,
        .says = host + ": " + what,
        .obstacle = obstacle_of(code)};
}

CurlTransport::CurlTransport(CurlOptions options)
    : impl_{std::make_unique<Impl>(std::move(options))} {}

CurlTransport::~CurlTransport() = default;

Result<Response> CurlTransport::send(const Request& request) {
    Exchange exchange;
    exchange.body_bytes_max = impl_->options.response_bytes_max;
    exchange.not_after = request.not_after;
    const HeaderList headers = header_list(request.headers);
    impl_->set_options(request, headers, exchange);

    const CURLcode code = impl_->perform();

    long status = 0;
    curl_easy_getinfo(impl_->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    const bool answered = code == CURLE_OK && exchange.header_complete && status > 0;
    if (!answered) return Failure{impl_->error_of(code, request, exchange)};
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
}

void CurlTransport::abort() {
    impl_->aborted = true;
    curl_multi_wakeup(impl_->multi.get());
}

}  // namespace oms::http
