#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace oms::web {

/// Prometheus counts time in seconds.
inline double in_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Figures that are not counted as things happen but looked up when Prometheus asks.
class Figures {
public:
    struct Sample {
        Labels labels = {};
        double value = 0;
    };
    struct Family {
        std::string name = {};
        std::string help = {};
        bool counter = false;  ///< else a gauge
        std::vector<Sample> samples = {};
    };

    /// Several of one name are one family: each with its own labels.
    void gauge(std::string_view name, std::string_view help, double value, Labels labels = {}) {
        add(name, help, false, value, std::move(labels));
    }
    void counter(std::string_view name, std::string_view help, double value, Labels labels = {}) {
        add(name, help, true, value, std::move(labels));
    }
    [[nodiscard]] const std::vector<Family>& families() const { return families_; }

private:
    void
    add(std::string_view name, std::string_view help, bool counter, double value, Labels labels);

    std::vector<Family> families_;
};

/// What the operating system knows of this process, by the names that all Prometheus clients use.
void add_process_figures(Figures& figures);

}  // namespace oms::web
