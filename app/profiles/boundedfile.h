#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <variant>

namespace app {

//! Which files are read.
struct FileBounds
{
    enum class Kinds {
        OrdinaryFiles,
        AlsoPipes, //!< and devices; "-" is standard input. A named pipe has 5 s to find a writer
    };

    qsizetype mostBytes = 1 << 20;
    Kinds kinds = Kinds::OrdinaryFiles;
};

//! Why a file cannot be read, with its name. For people.
struct FileProblem
{
    QString text;
};

//! A file's content. One that is longer, of another kind, or that nobody writes to is a problem: a
//! path may be /dev/zero, a directory or a pipe. Blocks while a pipe's writer thinks.
[[nodiscard]] std::variant<QByteArray, FileProblem> readFile(
    const QString &name, const FileBounds &bounds);

} // namespace app
