#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <variant>

namespace app {

//! Which files may be read, and how much of them.
struct FileBounds
{
    enum class Kinds {
        OrdinaryFiles,
        //! Also pipes and devices; "-" is standard input. A named pipe without a writer fails
        //! after 5 s.
        AlsoPipes,
    };

    qsizetype mostBytes = 1 << 20;
    Kinds kinds = Kinds::OrdinaryFiles;
};

//! Why a file cannot be read, with the file's name: a text for people.
struct FileProblem
{
    QString text;
};

//! Reads a file. A file that is too long or of another kind, and a pipe without a writer, are
//! problems: a path may name /dev/zero, a folder or a pipe. Blocks while the writer of a pipe is
//! silent.
[[nodiscard]] std::variant<QByteArray, FileProblem> readFile(
    const QString &name, const FileBounds &bounds);

} // namespace app
