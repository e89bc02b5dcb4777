"""Questions of files (assessments.formats) into the question bank and out of it.

``sources`` reads a file whatever it is, ``texts`` and ``html`` bring its texts to what the bank keeps, ``values`` makes
the block of a question from a record and ``records`` the record from a question, ``saving`` writes a whole file or
nothing, ``exporting`` writes a file, ``undoing`` takes an import back."""
