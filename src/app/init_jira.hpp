#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "app/environment.hpp"
#include "app/settings.hpp"
#include "jira/client.hpp"

namespace oms::app {

/// Settings while they are being asked for.
class SettingsDraft {
public:
    /// Answers go before what the environment and a `.env` have.
    SettingsDraft(Environment environment, const std::map<std::string, std::string>& answers);

    [[nodiscard]] std::string get(const std::string& name) const;
    void set(const std::string& name, const std::string& value);
    /// As they are so far, with the defaults of what is not set.
    [[nodiscard]] Settings settings() const;
    [[nodiscard]] std::vector<Fault> faults() const;
    [[nodiscard]] std::vector<Fault> faults_of(const std::string& variable) const;
    /// Our variables by name. A value that came from a file stays there: its name is written.
    [[nodiscard]] std::map<std::string, std::string> to_write() const;

private:
    Environment environment_;
};

/// What was given as an argument, by its variable: nothing is put in its place.
using Answers = std::map<std::string, std::string>;

/// Ends with words where something was given that is not there.
void refuse_unless_there(
    const Answers& given,
    const std::string& variable,
    const std::string& what,
    const std::vector<Asker::Choice>& there
);

/// Project, issue types, statuses, fields, options and roles: what was given, else by name where they
/// can be told, else by asking.
void find_in_jira(
    SettingsDraft& draft,
    const Answers& given,
    jira::Client& client,
    Asker& asker,
    std::ostream& out
);

}  // namespace oms::app
