#include "app/env_file.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "app/environment.hpp"

namespace oms::app {
namespace {

namespace fs = std::filesystem;

TEST(EnvFile, IsReadBackAsItWasGiven) {
    const std::map<std::string, std::string> values{
        {"OMS_MP_URL", "https://mp.example"},
        {"OMS_MP_TOKEN", "a # b"},
        {"OMS_JIRA_PASSWORD", R"("quoted' and \n)"},
        {"OMS_JIRA_USERNAME", "'x"},
        {"OMS_JIRA_PROJECT", " spaced "},
        {"OMS_JIRA_WEBHOOK_SECRET", "#hash"},
        {"OMS_UNKNOWN", "kept"}};
    std::map<std::string, std::string> given = values;
    given.erase("OMS_JIRA_PASSWORD");
    const Environment read = parse_dot_env(env_text(given));
    EXPECT_TRUE(read.faults.empty());
    for (const auto& [name, value] : given)
        EXPECT_EQ(read.find(name), value);
}

TEST(EnvFile, RefusesWhatNoLineHolds) {
    for (const char* value : {"two\nlines", "\"both' ' # \" quotes", "cr\r"})
        EXPECT_THROW(env_text({{"OMS_JIRA_PASSWORD", value}}), std::invalid_argument) << value;
}

TEST(EnvFile, IsItsOwnersAloneAndKeepsTheOneBefore) {
    const fs::path folder = fs::temp_directory_path() / "oms-env-file-test";
    fs::remove_all(folder);
    fs::create_directory(folder);
    const fs::path file = folder / ".env";
    EXPECT_EQ(write_env_file(file, "A=1\n"), fs::path{});
    fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
    const fs::path first = write_env_file(file, "A=2\n");
    const fs::path second = write_env_file(file, "A=3\n");
    EXPECT_NE(first, second);
    for (const auto& [path, text] :
         {std::pair{first, "A=1\n"}, std::pair{second, "A=2\n"}, std::pair{file, "A=3\n"}}) {
        std::ostringstream read;
        read << std::ifstream{path}.rdbuf();
        EXPECT_EQ(read.str(), text) << path;
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }
    fs::remove_all(folder);
}

TEST(EnvFile, NewSecretsAreLongAndDiffer) {
    EXPECT_EQ(new_secret().size(), 48U);
    EXPECT_NE(new_secret(), new_secret());
}

}  // namespace
}  // namespace oms::app
