#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/environment.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"

namespace oms::app {

/// Reads one variable after the other and collects what is wrong with them: a fault names the variable,
/// what was given and what to write. Where a value is wrong its standard is given.
class SettingReader {
public:
    SettingReader(const Environment& environment, std::vector<Fault>& faults)
        : environment_{environment},
          faults_{faults} {}

    /// By its name, or the Python adapter's for it; nothing where it is not set.
    std::optional<std::string> find(const std::string& name) const;

    /// The name by which it was set: a person looks for that one.
    [[nodiscard]] std::string name_given(const std::string& name) const;

    std::string text(const std::string& name, std::string standard = {}) const;

    /// A fault where it holds what no header can carry. Never quoted.
    Secret secret(const std::string& name);

    /// A fault where it is not set.
    std::string needed(const std::string& name, const std::string& example);

    std::int64_t
    number(const std::string& name, std::int64_t standard, std::int64_t least, std::int64_t most);

    Duration duration(const std::string& name, Duration standard, Duration least, Duration most);

    /// Requests a second; 0 where there is no limit.
    double rate(const std::string& name);

    std::string choice(
        const std::string& name,
        const std::string& standard,
        const std::vector<std::string>& allowed
    );

    /// http or https, without credentials, query and trailing slashes; "" stays "".
    std::string url(const std::string& name, std::string value);
    /// The same of one that is looked at by itself.
    static std::string without_slashes(std::string value);

    /// `value`: what it may be set to instead.
    void fault(
        const std::string& name,
        const std::string& says,
        const std::string& fix,
        std::optional<std::string> value = std::nullopt
    );

private:
    const Environment& environment_;
    std::vector<Fault>& faults_;
};

}  // namespace oms::app
