#include "app/reach.hpp"

#include <algorithm>
#include <cstdlib>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr auto skew_noted = 60s;

std::string origin_of(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    return url.substr(0, url.find('/', scheme + 3));
}

std::string path_below(const std::string& url) { return url.substr(origin_of(url).size()); }

std::string with_scheme(const std::string& url, const std::string& scheme) {
    return scheme + url.substr(std::min(url.find("://"), url.size()));
}

std::string scheme_of(const std::string& url) { return lower(url.substr(0, url.find("://"))); }

std::string host_name(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed ? std::string{parsed->host_address()} : "";
}

/// The variable by which curl finds a proxy for this URL; "" where there is none.
std::string proxy_variable(const std::string& url) {
    const bool https = scheme_of(url) == "https";
    // In capitals http_proxy would be what a client's Proxy: header sets in CGI: curl ignores it.
    for (const char* name :
         {https ? "https_proxy" : "http_proxy",
          https ? "HTTPS_PROXY" : "",
          "all_proxy",
          "ALL_PROXY"}) {
        if (*name == '\0') continue;
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return name;
    }
    return "";
}

/// A remote's word in a line for people.
std::string shown(const std::string& text) { return one_line(truncate(text, 200)); }

/// How one remote is reached, and what is said of it.
class Reach {
public:
    Reach(const Settings& settings, const Side& side, Findings& findings)
        : settings_{settings},
          side_{side},
          findings_{findings} {}

    bool check();

private:
    [[nodiscard]] bool stands_at(const std::string& url, const std::string& context) const;
    [[nodiscard]] bool other_side_stands_here() const;
    void say(
        const char* what,
        std::string found,
        std::string cause,
        std::string remedy,
        std::vector<SettingLine> set = {}
    );
    void no_answer(const Error& error);
    void not_connected(const Error& error);
    void certificate(const Error& error);
    void redirected(const http::Response& response);
    void something_else(const http::Response& response);
    [[nodiscard]] std::vector<SettingLine> elsewhere() const;
    void clock(const http::Response& response);

    const Settings& settings_;
    const Side& side_;
    Findings& findings_;
};

bool Reach::stands_at(const std::string& url, const std::string& context) const {
    Side there = side_;
    there.url = url;
    there.context = context;
    const auto answer = look_at(settings_, url + context + probe_path(there));
    return answer && is_that_side(there, *answer);
}

bool Reach::other_side_stands_here() const {
    Side other = side_.name == "jira" ? marketplace_side(settings_) : jira_side(settings_);
    other.url = side_.url;
    const auto answer = look_at(settings_, other.url + other.context + probe_path(other));
    return answer && is_that_side(other, *answer);
}

void Reach::say(
    const char* what,
    std::string found,
    std::string cause,
    std::string remedy,
    std::vector<SettingLine> set
) {
    Finding finding{
        .code = side_.name + "." + what,
        .about = side_.variable,
        .found = std::move(found),
        .cause = std::move(cause),
        .remedy = std::move(remedy),
        .set = std::move(set),
        .variables = {side_.variable}};
    findings_.fault(std::move(finding));
}

void Reach::not_connected(const Error& error) {
    const std::string proxy = proxy_variable(side_.url);
    const std::string probe = side_.url + side_.context + probe_path(side_);
    if (!proxy.empty() && look_at(settings_, probe, false)) {
        const char* before = std::getenv("no_proxy");
        const std::string hosts = before == nullptr || *before == '\0'
                                      ? host_name(side_.url)
                                      : std::string{before} + "," + host_name(side_.url);
        return say(
            "proxy",
            error.says,
            fmt::format(
                "the proxy that {} names does not lead there, and the direct way does", proxy
            ),
            fmt::format("correct {}, or let this host be reached without it:", proxy),
            {{.name = "no_proxy", .value = hosts}}
        );
    }
    say("unreachable",
        error.says,
        proxy.empty() ? "nobody takes the connection: host or port are wrong, a firewall is in "
                        "between, or it is down"
                      : fmt::format("neither by the proxy of {} nor directly", proxy),
        fmt::format(
            "correct host and port of {}, and try from this machine: curl -sS {}",
            side_.variable,
            probe
        ));
}

void Reach::certificate(const Error& error) {
    const std::string host = origin_of(side_.url).substr(scheme_of(side_.url).size() + 3);
    const std::string port = host.find(':') == std::string::npos ? host + ":443" : host;
    say("certificate",
        error.says,
        "its certificate is signed by an authority that this machine does not know, is of another "
        "name, or has expired",
        fmt::format(
            "have the authority's certificate from whoever runs it, as a PEM file, and name it; "
            "what "
            "is offered now:\nopenssl s_client -connect {} -showcerts </dev/null",
            port
        ),
        {{.name = "OMS_CA_FILE",
          .value = "/etc/oms-jira/ca.pem",
          .means = "the file of that certificate"}});
}

void Reach::no_answer(const Error& error) {
    const bool https = scheme_of(side_.url) == "https";
    const std::string other = with_scheme(side_.url, https ? "http" : "https");
    switch (error.obstacle) {
    case Obstacle::name:
        return say(
            "name-unknown",
            error.says,
            "no such host is known to this machine",
            fmt::format(
                "correct the host in {}, or the name service: getent hosts {}",
                side_.variable,
                host_name(side_.url)
            )
        );
    case Obstacle::certificate: return certificate(error);
    case Obstacle::tls:
    case Obstacle::broken:
        if (stands_at(other, side_.context)) {
            return say(
                https ? "no-tls" : "needs-tls",
                error.says,
                https ? "it speaks no TLS there, but plain http" : "it speaks TLS there",
                "write the other scheme:",
                {{.name = side_.variable, .value = other}}
            );
        }
        break;
    case Obstacle::none:
    case Obstacle::proxy_name:
    case Obstacle::connection:
    case Obstacle::time:
    case Obstacle::page:
    case Obstacle::redirect:
    case Obstacle::anonymous:
    case Obstacle::captcha:
    case Obstacle::away:
    case Obstacle::ourselves: break;
    }
    not_connected(error);
}

void Reach::redirected(const http::Response& response) {
    std::string to = http::header(response.headers, "Location").value_or("");
    if (to.starts_with('/')) to = origin_of(side_.url) + to;
    std::string base = to.substr(0, to.find_first_of("?#"));
    if (const std::string path = probe_path(side_); base.ends_with(path))
        base.resize(base.size() - path.size());
    std::vector<SettingLine> set;
    for (const std::string& candidate : {base, origin_of(base)}) {
        const std::string context = side_.name == "jira" ? path_below(candidate) : "";
        const std::string url = context.empty() ? candidate : origin_of(candidate);
        if (scheme_of(candidate) != "http" && scheme_of(candidate) != "https") continue;
        // Another host is not visited on a remote's word.
        const bool same_host = host_name(candidate) == host_name(side_.url);
        if (!same_host || !stands_at(url, context)) continue;
        set.push_back({.name = side_.variable, .value = url});
        if (context != side_.context)
            set.push_back({.name = "OMS_JIRA_CONTEXT_PATH", .value = context});
        break;
    }
    say("redirect",
        fmt::format("it answers {}, to {}", response.status, shown(to)),
        "redirects are not followed: credentials would go wherever they lead",
        set.empty() ? fmt::format(
                          "set {} to the address at which it answers itself, if that is its own",
                          side_.variable
                      )
                    : "set where it leads:",
        set);
}

std::vector<SettingLine> Reach::elsewhere() const {
    if (side_.name != "jira") {
        const std::string origin = origin_of(side_.url);
        std::string shorter = side_.url;
        while (shorter.size() > origin.size()) {
            shorter.resize(shorter.rfind('/'));
            if (stands_at(shorter, "")) return {{.name = side_.variable, .value = shorter}};
        }
        return {};
    }
    for (const std::string& url : {side_.url, origin_of(side_.url)}) {
        for (const char* context : {"", "/jira"}) {
            if ((url == side_.url && context == side_.context) || !stands_at(url, context))
                continue;
            std::vector<SettingLine> set;
            if (url != side_.url) set.push_back({.name = side_.variable, .value = url});
            if (context != side_.context) {
                set.push_back(
                    {.name = "OMS_JIRA_CONTEXT_PATH",
                     .value = context,
                     .means = *context == '\0' ? "unset" : ""}
                );
            }
            return set;
        }
    }
    return {};
}

void Reach::something_else(const http::Response& response) {
    const std::string type = http::header(response.headers, "Content-Type").value_or("no type");
    const std::string found =
        fmt::format("{}{} answers {} ({})", side_.url, side_.context, response.status, shown(type));
    if (other_side_stands_here()) {
        const Side other =
            side_.name == "jira" ? marketplace_side(settings_) : jira_side(settings_);
        std::vector<SettingLine> set;
        if (stands_at(other.url, side_.context)) {
            set.push_back({.name = side_.variable, .value = other.url});
            set.push_back({.name = other.variable, .value = side_.url});
        }
        return say(
            "other-side",
            fmt::format("this is {}", side_.name == "jira" ? "the marketplace" : "a Jira"),
            "the two addresses are mixed up",
            set.empty() ? fmt::format("set {} to {}", side_.variable, side_.title)
                        : "exchange them:",
            set
        );
    }
    if (auto set = elsewhere(); !set.empty()) {
        return say(
            "wrong-path",
            found,
            fmt::format("{} stands below another path", side_.title),
            "set the path that works:",
            std::move(set)
        );
    }
    const std::string command = fmt::format(
        "\ncurl -sS -H 'Accept: application/json' {}{}{}",
        side_.url,
        side_.context,
        probe_path(side_)
    );
    if (response.status >= 500) {
        return say(
            "not-working",
            found,
            "it is down, starts, or is being maintained, or something before it says so",
            "wait until it works, and ask those who run it; this shows JSON then:" + command
        );
    }
    say("not-json",
        found,
        "a proxy, a sign-in page or another program stands there",
        fmt::format(
            "set {} to the address of {} itself, at which this shows JSON:{}",
            side_.variable,
            side_.title,
            command
        ));
}

void Reach::clock(const http::Response& response) {
    const auto there = http::date_of(response);
    if (!there) return;
    const auto here = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto ahead = *there - here;
    if (std::chrono::abs(ahead) < skew_noted) return;
    findings_.note(
        {.code = side_.name + ".clock",
         .about = side_.title,
         .found = fmt::format(
             "its clock is {} {} ours",
             in_words(std::chrono::abs(ahead)),
             ahead > 0s ? "ahead of" : "behind"
         ),
         .cause =
             "what is asked for by time may be asked for too early or too late, and is found only "
             "by the next comparison of everything",
         .remedy = "let both machines follow a time server: timedatectl set-ntp true"}
    );
}

bool Reach::check() {
    const auto answer = look_at(settings_, side_.url + side_.context + probe_path(side_));
    if (!answer) {
        no_answer(answer.error());
        return false;
    }
    if (is_that_side(side_, *answer)) {
        clock(*answer);
        return true;
    }
    if (answer->status >= 300 && answer->status < 400) {
        redirected(*answer);
    } else if (scheme_of(side_.url) == "http" && stands_at(with_scheme(side_.url, "https"), side_.context)) {
        say("needs-tls",
            fmt::format("it answers {} to http", answer->status),
            "it speaks TLS there",
            "write the other scheme:",
            {{.name = side_.variable, .value = with_scheme(side_.url, "https")}});
    } else {
        something_else(*answer);
    }
    return false;
}

}  // namespace

bool check_reach(const Settings& settings, const Side& side, Findings& findings) {
    return Reach{settings, side, findings}.check();
}

}  // namespace oms::app
