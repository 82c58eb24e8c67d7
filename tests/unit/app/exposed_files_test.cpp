#include "app/exposed_files.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::app {
namespace {

namespace fs = std::filesystem;

class ExposedFiles : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "oms-exposed-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        // Everyone may do everything, if nobody takes care.
        before_ = umask(0);
    }
    void TearDown() override {
        umask(before_);
        fs::remove_all(folder_);
    }
    [[nodiscard]] Settings settings(const std::string& name) const {
        Settings made;
        made.database.file = folder_ / name;
        return made;
    }

    fs::path folder_;
    mode_t before_ = 0;
};

TEST_F(ExposedFiles, ANewDatabaseIsItsOwnersAloneWhateverTheUmask) {
    const Settings made = settings("new.db");
    const auto database =
        store::open_sqlite(made.database.file, store::OpenMode::create_if_missing, false);
    store::upgrade(*database, Instant{});
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const fs::path file = made.database.file.string() + suffix;
        EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write)
            << file;
    }
    EXPECT_TRUE(exposed_files(made).empty());
}

TEST_F(ExposedFiles, AreToldWithACommandToPaste) {
    const Settings made = settings("it's open.db");
    std::ofstream{made.database.file} << "x";
    fs::permissions(made.database.file, static_cast<fs::perms>(0640));
    const auto exposed = exposed_files(made);
    ASSERT_EQ(exposed.size(), 1U);
    EXPECT_NE(exposed[0].says.find("0640"), std::string::npos) << exposed[0].says;
    EXPECT_EQ(exposed[0].fix, "chmod 600 '" + (folder_ / "it'\\''s open.db").string() + "'");
    fs::permissions(made.database.file, static_cast<fs::perms>(0600));
    EXPECT_TRUE(exposed_files(made).empty());
}

TEST_F(ExposedFiles, AreNoneWhereThereAreNoFiles) {
    EXPECT_TRUE(exposed_files(settings("none.db")).empty());
}

}  // namespace
}  // namespace oms::app
