#include "app/setting_reader.hpp"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {

std::optional<std::string> SettingReader::find(const std::string& name) const {
    if (auto value = environment_.find(name)) return value;
    for (const Variable& variable : variables()) {
        if (variable.name == name && !variable.old_name.empty()) {
            return environment_.find(variable.old_name);
        }
    }
    return std::nullopt;
}

std::string SettingReader::text(const std::string& name, std::string standard) const {
    return find(name).value_or(std::move(standard));
}

std::string SettingReader::name_given(const std::string& name) const {
    const auto known = std::ranges::find(variables(), name, &Variable::name);
    const bool by_old_name = known != variables().end() && !known->old_name.empty() &&
                             !environment_.find(name) && environment_.find(known->old_name);
    return by_old_name ? known->old_name : name;
}

Secret SettingReader::secret(const std::string& name) {
    std::string value = text(name);
    const bool has_control = std::ranges::any_of(value, [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
    });
    if (has_control) {
        fault(
            name,
            "there is a line break or another control character in it",
            "write it without, on one line"
        );
    }
    return Secret{std::move(value)};
}

std::string SettingReader::needed(const std::string& name, const std::string& example) {
    auto value = find(name);
    if (!value && !environment_.has_unread_file(name))
        fault(name, "is not set", "set it, such as " + name + "=" + example);
    return value.value_or("");
}

std::int64_t SettingReader::number(
    const std::string& name,
    std::int64_t standard,
    std::int64_t least,
    std::int64_t most
) {
    const auto given = find(name);
    if (!given) return standard;
    const auto value = parse_int(*given);
    if (value && *value >= least && *value <= most) return *value;
    fault(
        name,
        fmt::format("{} is no number from {} to {}", in_quotes(*given), least, most),
        fmt::format("set a whole number, such as {}", standard),
        std::to_string(standard)
    );
    return standard;
}

Duration
SettingReader::duration(const std::string& name, Duration standard, Duration least, Duration most) {
    const auto given = find(name);
    if (!given) return standard;
    const auto value = parse_duration(*given);
    if (value && *value >= least && *value <= most) return *value;
    fault(
        name,
        fmt::format(
            "{} is no duration from {} to {}", in_quotes(*given), to_text(least), to_text(most)
        ),
        "write a number and a unit: 500ms, 30s, 5m, 6h, 2d",
        to_text(standard)
    );
    return standard;
}

double SettingReader::rate(const std::string& name) {
    const auto given = find(name);
    if (!given) return 0;
    constexpr double most = 1000;
    double value = 0;
    const auto read = std::from_chars(given->data(), given->data() + given->size(), value);
    const bool whole = read.ec == std::errc{} && read.ptr == given->data() + given->size();
    if (whole && value > 0 && value <= most) return value;
    fault(
        name,
        in_quotes(*given) + " is no number of requests a second, above 0 and up to 1000",
        "write it like 20 or 0.5, or unset it for no limit",
        ""
    );
    return 0;
}

std::string SettingReader::choice(
    const std::string& name,
    const std::string& standard,
    const std::vector<std::string>& allowed
) {
    const std::string given = text(name, standard);
    std::string value = lower(given);
    if (std::ranges::find(allowed, value) != allowed.end()) return value;
    fault(name, in_quotes(given) + " is not known", "set one of: " + join(allowed, ", "), standard);
    return standard;
}

std::string SettingReader::without_slashes(std::string value) {
    while (value.ends_with('/'))
        value.pop_back();
    return value;
}

std::string SettingReader::url(const std::string& name, std::string value) {
    value = without_slashes(std::move(value));
    if (value.empty()) return value;
    const auto parsed = boost::urls::parse_uri(value);
    const bool http = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") &&
                      !parsed->host().empty();
    if (!http) {
        // What stands before an @ may be a password.
        const bool shows = value.find('@') == std::string::npos;
        fault(
            name,
            (shows ? in_quotes(value) + " is" : std::string{"this is"}) + " no http or https URL",
            "write it as https://host or https://host:port"
        );
    } else if (parsed->has_userinfo()) {
        fault(name, "it holds a user or password", "put credentials into their own variables");
    } else if (parsed->has_query() || parsed->has_fragment()) {
        fault(
            name,
            "it holds a query or fragment",
            "write scheme, host and port only",
            value.substr(0, value.find_first_of("?#"))
        );
    }
    return value;
}

void SettingReader::fault(
    const std::string& name,
    const std::string& says,
    const std::string& fix,
    std::optional<std::string> value
) {
    faults_.push_back(
        {.variable = name_given(name), .says = says, .fix = fix, .value = std::move(value)}
    );
}

}  // namespace oms::app
